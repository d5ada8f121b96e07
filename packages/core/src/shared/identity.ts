/** The identity of a connection. Observers whose identities have the same `key` share one connection. */
export interface Identity {
  /** All the following parts together. */
  readonly key: string
  /** The comparable parts: protocol, URL, method, body, credentials, subprotocols and the option `key`. */
  readonly destinationKey: string
  /** The headers that are given as values, without the ignored ones. */
  readonly headersKey: string
  /**
   * Identifies the function objects in the options, or the only observer of a connection that is not shared. '' if the
   * option `key` replaces it.
   */
  readonly functionsKey: string
}

/** How a protocol computes an identity, beyond the URL and the option `key`. */
export interface IdentitySource<Options> {
  readonly name: string
  /** @throws TautlineError `bad-url` */
  toUrl(value: unknown, base: string | undefined): URL
  /** Returns the part that always distinguishes requests, such as the method. */
  requestMode?(options: Options, baseUrl?: string): string | undefined
  /** Returns what else distinguishes requests, such as the body. Undefined: not comparable, so nothing is shared. */
  extraKey(options: Options): string | undefined
  /** Returns the headers that are given as values, as comparable text. */
  headersKey?(options: Options): string
  /** Returns the options that may be functions. Their results are unknown, so the function objects are compared. */
  functionOptions(options: Options): readonly unknown[]
}
