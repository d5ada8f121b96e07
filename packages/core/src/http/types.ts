import type { AttemptContext, MaybePromise } from '../shared/attempt.ts'

/** Request headers; a function runs before every attempt, for fresh tokens. */
export type HeadersOption = HeadersInit | ((context: AttemptContext) => MaybePromise<HeadersInit>)

/** Of any type, interfaces included, but neither a function nor a promise: those give what is sent. */
type AnyObject = object & { readonly [Symbol.hasInstance]?: undefined; readonly then?: undefined }

/** What can be sent with a request. A plain object or array is sent as JSON; one of a class that `fetch` does not know is refused. */
export type RequestBody = BodyInit | Readonly<Record<string, unknown>> | AnyObject

/**
 * A request body; a function runs before every attempt, and a stream can only be given by one. Text, JSON and URLSearchParams are part of the
 * identity; others cannot be compared, so that another one is sent with the next attempt only.
 */
export type BodyOption = RequestBody | null | ((context: AttemptContext) => MaybePromise<RequestBody>)

/** What a request over `fetch` is made of, whatever its answer is. */
export interface HttpOptions {
  readonly method?: string | undefined
  readonly headers?: HeadersOption | undefined
  readonly body?: BodyOption | undefined
  /**
   * When the browser sends cookies and stores those of the response (Fetch standard, "credentials mode"): never, only for the page's own origin, or for every
   * origin. @default 'same-origin'
   */
  readonly credentials?: 'omit' | 'same-origin' | 'include' | undefined
  /** @see IgnoreHeadersOption */
  readonly ignoreHeaders?: IgnoreHeadersOption
  readonly key?: string | undefined
  readonly providerKey?: string | undefined
}

/**
 * Names of headers that vary without saying who asks, such as a request ID. `authorization`, `proxy-authorization` and `cookie` only beside a `key`, which
 * then tells users apart. Left out in any case: `traceparent`, `tracestate`, `baggage`, `x-request-id` and `x-correlation-id`.
 */
export type IgnoreHeadersOption = readonly string[] | undefined
