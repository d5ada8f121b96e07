/** What a connection is known by: those with the same key are one. */
export interface Identity {
  /** All parts together. */
  readonly key: string
  /** What can be compared: the kind, URL, method, body, credentials, subprotocols and the option `key`. */
  readonly destinationKey: string
  /** The headers that are given as values, less those that make no difference. */
  readonly headersKey: string
  /** Which function objects give the rest, or which hook alone uses the connection; '' where the option `key` says who shares. */
  readonly functionsKey: string
}

/** What a kind of connection adds to the URL and the option `key`. */
export interface IdentitySource<Options> {
  readonly name: string
  /** @throws TautlineError `bad-url` */
  toUrl(value: unknown, base: string | undefined): URL
  /** What makes two destinations differ, whatever else is known of them. */
  requestMode?(options: Options): string
  /** What else makes two destinations differ; undefined: it cannot be known, so nothing is shared. */
  extraKey(options: Options): string | undefined
  /** The headers that are given as values, as text that can be compared. */
  headersKey?(options: Options): string
  /** The options that may be functions; what they will give cannot be compared. */
  functionOptions(options: Options): readonly unknown[]
}
