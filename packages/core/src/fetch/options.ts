import type { BodyCodec, InputCodec } from '../shared/codec.ts'
import type { Reducer } from '../shared/reducers.ts'
import {
  httpOptionTypes,
  validateHttpOptions,
  methodHasNoBody,
  resolveMethod,
  throwBadOption,
} from '../http/request-options.ts'
import type { BodyOption, HttpOptions, IgnoreHeadersOption } from '../http/types.ts'
import { validateCodec, validateOptions } from '../observer/check-options.ts'
import { warnAboutOptions } from '../platform/option-warnings.ts'
import type { CommonOptions } from '../observer/options.ts'
import type { Environment } from '../platform/environment.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { UploadProgress } from './request/xhr.ts'

type QueryValue = string | number | boolean | bigint | Date | null | undefined

/** An object in a query. It needs `serializeQuery`, since servers differ in how they read it. */
interface NestedQuery {
  readonly [name: string]: QueryValue | NestedQuery | readonly (QueryValue | NestedQuery)[]
}

/**
 * Query parameters of a URL. Null and undefined are left out; an array repeats its name for each value; a date is sent
 * as ISO text.
 */
export type QueryOption = NestedQuery | URLSearchParams

/**
 * Names responses that become stale: a URL as it was written or its absolute form, without query, in which `*` is any
 * text, also with slashes; tags (option `tags`), of which one must match; or a function that returns true for them.
 */
export type Invalidation =
  | string
  | { readonly tags: readonly string[] }
  | ((response: { readonly url: string; readonly tags: readonly string[] }) => boolean)

/** Options of one request. */
export interface RequestOptions<Input = unknown> extends Pick<
  HttpOptions,
  'method' | 'headers' | 'credentials'
> {
  /** A value that is sent as JSON, instead of `body`. `input` sets its type. @default none */
  readonly json?: NoInfer<Input> | undefined
  /**
   * Text, FormData, URLSearchParams, Blob, bytes, a plain object (sent as JSON), or a function that returns one of
   * these or a stream. Not allowed with GET. @default none
   */
  readonly body?: BodyOption | undefined
  /** Parameters that are appended to the query of the URL, which is not changed. @default none */
  readonly query?: QueryOption | undefined
  /**
   * A key that is sent as `Idempotency-Key`, the same in every retry, so that the server runs the request once. With
   * it, POST and PATCH are retried too. True creates a key for each request. @default none
   */
  readonly idempotencyKey?: string | true | (() => string) | undefined
  /**
   * What becomes stale when this write succeeds: URLs, whatever their query, patterns such as `/users/*`, tags or
   * functions. The request's own URL and those in `Location` and `Content-Location` become stale too (RFC 9111,
   * section 4.4). @default none
   */
  readonly invalidates?: readonly Invalidation[] | undefined
  /**
   * `uploadProgress()` counts how much of the body was sent, in `progress.sent`. If a component reads `progress`,
   * XMLHttpRequest then sends the body, which causes a preflight to other origins. @default none: `fetch` sends it
   */
  readonly upload?: UploadProgress | undefined
}

/**
 * Options of one `execute` call, which replace the observer's own. Headers and query are merged with them by name; null
 * takes one out.
 */
export interface FetchOverrides<Input = unknown> extends RequestOptions<Input> {
  readonly url?: UrlOption
  /** Aborts this request. */
  readonly signal?: AbortSignal | undefined
}

/** What `execute` takes: options, or a function that gets the observer's own and returns them. */
export type ExecuteOptions<Input = unknown> =
  | FetchOverrides<Input>
  | ((own: RequestOptions<Input>) => FetchOverrides<Input>)

type Handlers = 'onError' | 'onRetry' | 'onGiveUp'
type Shared = 'enabled' | 'share' | 'key' | 'providerKey' | 'notify' | 'environment' | Handlers

/** The options of a provider that are merged by name with those of a hook. */
export interface ProviderOptions extends Pick<RequestOptions, 'headers' | 'query'> {
  readonly baseUrl?: string | URL | undefined
}

/** The request options of the providers of a hook, with the function that merges them into the hook's own. */
export interface ProviderDefaults {
  /** Outermost first. */
  readonly list: readonly ProviderOptions[]
  merge(url: UrlOption, options: AnyFetchOptions, environment: Environment): AnyFetchOptions
}

type RefetchInterval = number | false | undefined

/** Options of `createFetch` and `useFetch`. All are optional. */
export interface FetchOptions<Body = unknown, Data = Body, Selected = Data, Input = unknown>
  extends RequestOptions<Input>, Pick<CommonOptions<Body, Data>, Shared> {
  /**
   * The address of an API, such as `https://api.example/v1`. URLs that are not absolute are put below it, by path:
   * `/users` is `https://api.example/v1/users`. The page's own origin remains that of the page. @default none
   */
  readonly baseUrl?: string | URL | undefined
  /**
   * Names of headers that are not part of the cache key. All other headers are, except those that name a single
   * request: `traceparent`, `tracestate`, `baggage`, `x-request-id` and `x-correlation-id`. A header with credentials,
   * such as `authorization`, can be listed only together with a `key`, which then separates users. If `Vary` of a
   * response names an ignored header, the response is not shared with other components. @default none
   */
  readonly ignoreHeaders?: IgnoreHeadersOption
  /**
   * How the response body is decoded: `json(schema?)`, `text()`, `binary()` or your own codec.
   * @default by `Content-Type`: JSON, text, else an ArrayBuffer
   */
  readonly codec?: BodyCodec<Body> | undefined
  /**
   * How `json` is encoded, also that of `execute`: with `json(schema)` it is validated first. If it is not valid, nothing
   * is sent, and the error `encode` has the `issues`. `json<NewUser>()` only sets the type.
   * @default JSON of any type
   */
  readonly input?: InputCodec<Input> | undefined
  /**
   * Statuses such as 404 that mean "there is nothing" instead of an error: `data` is undefined or `initialData`, the
   * status is `success`, and the response is cached by its headers. @default none
   */
  readonly emptyOn?: readonly number[] | undefined
  /** How responses are combined into `data`, such as `collect()` for a growing list. @default the latest response */
  readonly reduce?: Reducer<NoInfer<Body>, Data> | undefined
  /**
   * Data before the first response, such as those that a server has rendered. For the URL that they came with they are
   * fresh for `maxAge`; for another URL they are a placeholder, which is refetched at once. For another user (another
   * `key` or headers) only an empty object or array is shown, and after a final 401 nothing: then `data` is undefined.
   * With `reduce` it is the first accumulator. @default none
   */
  readonly initialData?: Data | undefined
  /**
   * Returns `query` as text, for servers that expect nested objects, or arrays in another form.
   *
   * @default names and values; an array repeats its name
   * @example
   * serializeQuery: (query) => qs.stringify(query)
   */
  readonly serializeQuery?: ((query: QueryOption) => string) | undefined
  /** The part of the data that the component uses. Other changes do not re-render it. Not called without data. */
  readonly select?: ((data: Data) => Selected) | undefined
  /**
   * Whether and when a failed request is retried: after a network error, 408, 425, 429 or 5xx. GET, HEAD, PUT and
   * DELETE are retried; other methods only with an `idempotencyKey`.
   * @default \{ limit: 2, delay: up to 1 s, then up to 3 s \}
   */
  readonly retry?: CommonOptions<Body, Data>['retry']
  /**
   * `connect`: the longest time without any bytes from the server, before the response and between its parts, in ms.
   * With a body, it is longer until the response begins: by a second for each 16 kB; without a limit if the length is
   * unknown, as of a FormData or a stream. `request`: the longest time for one attempt, in ms. 0 and false: no limit.
   * @default \{ connect: 60000, request: Infinity \}
   */
  readonly timeout?:
    | { readonly connect?: number | false | undefined; readonly request?: number | false | undefined }
    | undefined
  /**
   * When requests wait: while the page is hidden, or the network is offline. `refetchInterval` waits while the page is
   * hidden unless `hidden` is false. @default \{ offline: true \}
   */
  readonly pause?: CommonOptions<Body, Data>['pause']
  /**
   * How long a response is fresh for this observer, in ms. It overrides the headers of the response, except `no-store`.
   * @default the lifetime by Cache-Control and Expires
   */
  readonly maxAge?: number | undefined
  /**
   * How long a stale response is shown while it is revalidated, in ms. 0: not at all. A `no-store` response is not
   * shown. With cookie sessions, give a `key` for each user. @default Infinity
   */
  readonly staleWhileRevalidate?: number | undefined
  /** The cache for responses. @default one for the page; none on a server */
  readonly cache?: FetchCache | undefined
  /**
   * The time from a response to the next request, in ms, varied at random by up to 10 %; 0 and false: none. A function
   * gets the data, such as those of a job that is not done yet. Pauses while the page is hidden.
   * @default none; after an error of the network or the server (5xx) 30 to 60 s
   */
  readonly refetchInterval?: RefetchInterval | ((data: Data | undefined) => RefetchInterval)
  /** Refetches when the page becomes visible and the response is stale. @default after a network error or 5xx */
  readonly refetchOnFocus?: boolean | undefined
  /** Refetches when the network is online again and the response is stale. @default after a network error or 5xx */
  readonly refetchOnReconnect?: boolean | undefined
  /**
   * Shows the previous data until the response for a new URL arrives, unless `key` or a header of the cache key
   * differs.
   * @default false
   */
  readonly keepPreviousData?: boolean | undefined
  /** Names by which `invalidate` and `invalidates` find the response, as in `{ tags: ['users'] }`. @default none */
  readonly tags?: readonly string[] | undefined
  /** The request options of the providers. Set by `TautlineProvider` and `app.use(tautline)`. */
  readonly providerDefaults?: ProviderDefaults | undefined
  /** The largest response body, in bytes. @default 67108864 */
  readonly maxBodyBytes?: number | undefined
  /** Throws errors to the nearest error boundary (React) or `onErrorCaptured` (Vue). @default false */
  readonly throwOnError?: boolean | undefined
  /** Called with every decoded response that the observer shows, even if another component requested it. */
  readonly onMessage?: ((message: NoInfer<Body>) => void) | undefined
}

/** Fetch options with any types of data. */
export type AnyFetchOptions = FetchOptions<unknown, unknown, unknown>

/** Options that an app can set for every `useFetch`. */
export type FetchDefaults = Omit<
  FetchOptions<never, never>,
  | 'codec'
  | 'input'
  | 'emptyOn'
  | 'reduce'
  | 'initialData'
  | 'select'
  | 'onMessage'
  | 'json'
  | 'body'
  | 'key'
  | 'providerKey'
  | 'providerDefaults'
  | 'idempotencyKey'
>

/** The options that send the request again. */
export const REFETCH_OPTIONS = ['refetchInterval', 'refetchOnFocus', 'refetchOnReconnect']

const fetchOptionTypes: Readonly<Record<string, string>> = {
  ...httpOptionTypes,
  baseUrl: 'string|object',
  codec: 'object',
  'codec.decode': 'function',
  input: 'object',
  'input.encode': 'function',
  emptyOn: 'object',
  query: 'object',
  serializeQuery: 'function',
  key: 'string',
  cache: 'object',
  'timeout.request': 'number|false',
  maxAge: 'number',
  staleWhileRevalidate: 'number',
  refetchInterval: 'number|function|false',
  refetchOnFocus: 'boolean',
  refetchOnReconnect: 'boolean',
  keepPreviousData: 'boolean',
  throwOnError: 'boolean',
  maxBodyBytes: 'positive',
  invalidates: 'object',
  upload: 'uploadProgress()',
  tags: 'object',
}

/** @throws TautlineError `bad-option` */
export function validateFetchOptions(options: AnyFetchOptions): void {
  warnAboutOptions('A request', options)
  validateOptions(options, fetchOptionTypes)
  validateCodec('input', options.input, 'encode')
  const { json, body, idempotencyKey } = options
  if (json !== undefined && body !== undefined && body !== null)
    throwBadOption('json', 'and option body are both given: remove one')
  validateHttpOptions(options)
  const method = resolveMethod(options)
  if (json !== undefined && methodHasNoBody(method))
    throwBadOption('json', `needs a method such as POST: ${method} has none`)
  if (!/^(string|function|undefined)$/.test(typeof idempotencyKey) && idempotencyKey !== true)
    throwBadOption('idempotencyKey', 'must be a string, true or a function')
}

/** Whether the method is safe: it only reads (RFC 9110, section 9.2.1). */
export const isSafe = (options: HttpOptions): boolean =>
  /^(GET|HEAD|OPTIONS|QUERY)$/.test(resolveMethod(options))

/** Whether sending it twice has the effect of sending it once (RFC 9110, section 9.2.2). */
export const isIdempotent = (options: RequestOptions): boolean =>
  isSafe(options) || /^(PUT|DELETE)$/.test(resolveMethod(options)) || options.idempotencyKey !== undefined

/** @throws TautlineError `bad-option` */
export function validateIdempotencyKey(key: string): string {
  return key && !/[^\t\x20-\x7e]/.test(key)
    ? key
    : throwBadOption('idempotencyKey', 'must be non-empty printable ASCII')
}

/** Keeps the responses of a cache over reloads. Created by `localStorageStore()` and `indexedDbStore()`. */
export interface FetchStore {
  /** Called by the cache. */
  connect(context: object): void
}

/** A cache for responses. A page has one by default; a server has none, since it must not mix the data of its users. */
export interface FetchCache {
  /** Removes all responses, as after a log-out. Mounted components show their data until they unmount. */
  clear(): void
  /**
   * Marks responses as stale, and refetches those that are shown.
   *
   * @example
   * cache.invalidate('/users/*', { tags: ['teams'] }, ({ url }) => url.endsWith('/stats'))
   */
  invalidate(...targets: readonly Invalidation[]): void
}
