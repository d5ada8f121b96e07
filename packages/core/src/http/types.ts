import type { AttemptContext, MaybePromise } from '../shared/attempt.ts'

/**
 * What `new Headers()` accepts, and the pairs of an `as const` array. Headers that are undefined are not sent; null also
 * takes out a header of a default.
 */
export type HeaderValues =
  | HeadersInit
  | readonly (readonly [string, string])[]
  | Readonly<Record<string, string | null | undefined>>

/** A function that returns request headers. It runs before every attempt, for fresh tokens. */
export type HeadersFunction = (context: AttemptContext) => MaybePromise<HeaderValues | null | undefined>

/** Request headers, or a function that returns them; nothing means no headers. */
export type HeadersOption = HeaderValues | HeadersFunction

/** Any object, interfaces included, except functions and promises. */
type AnyObject = object & { readonly [Symbol.hasInstance]?: undefined; readonly then?: undefined }

/** A request body. A plain object or array is sent as JSON. Instances of classes unknown to `fetch` are rejected. */
export type RequestBody = BodyInit | Readonly<Record<string, unknown>> | AnyObject

/**
 * A request body, or a function that returns it. It runs before every attempt. A stream must come from a function.
 *
 * Text, JSON and URLSearchParams are part of the identity: a change replaces the connection. Other bodies cannot be
 * compared: a new one does not replace the connection, and is sent with the next attempt.
 */
export type BodyOption = RequestBody | null | ((context: AttemptContext) => MaybePromise<RequestBody>)

/** The options of a request over `fetch`, common to all protocols over HTTP. */
export interface HttpOptions {
  readonly method?: string | undefined
  readonly headers?: HeadersOption | undefined
  readonly body?: BodyOption | undefined
  /**
   * When the browser sends cookies and stores those of the response (Fetch standard, "credentials mode"): never, only
   * for the page's own origin, or for every origin. @default 'same-origin'
   */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined
  /** @see IgnoreHeadersOption */
  readonly ignoreHeaders?: IgnoreHeadersOption
  /** Comes before a relative URL. */
  readonly baseUrl?: string | URL | undefined
  readonly key?: string | undefined
  readonly providerKey?: string | undefined
}

/**
 * Names of headers that are not part of the identity, such as a request ID.
 *
 * `traceparent`, `tracestate`, `baggage`, `x-request-id` and `x-correlation-id` are always ignored. `authorization`,
 * `proxy-authorization` and `cookie` are only allowed together with a `key`, which then identifies the user.
 */
export type IgnoreHeadersOption = readonly string[] | undefined
