import type { BodyCodec } from '../shared/codec.ts'
import type { Reducer } from '../shared/reducers.ts'
import {
  httpOptionTypes,
  validateHttpOptions,
  methodHasNoBody,
  resolveMethod,
  throwBadOption,
} from '../http/request-options.ts'
import type { BodyOption, HttpOptions, IgnoreHeadersOption } from '../http/types.ts'
import { validateOptions } from '../observer/check-options.ts'
import type { CommonOptions } from '../observer/options.ts'
import type { UrlOption } from '../shared/attempt.ts'

type QueryValue = string | number | boolean | bigint | null | undefined

/** Parameters for the query of a URL: null and undefined are left out, a list repeats its name. */
export type QueryOption = Readonly<Record<string, QueryValue | readonly QueryValue[]>> | URLSearchParams

/** What one request is made of. */
export interface RequestOptions extends Pick<HttpOptions, 'method' | 'headers' | 'credentials'> {
  /** Sent as JSON, whatever it is; instead of `body`. @default none */
  readonly json?: unknown
  /** Text, FormData, URLSearchParams, Blob, bytes, a plain object (sent as JSON) or a function, which alone can give a stream. Not with GET. @default none */
  readonly body?: BodyOption | undefined
  /** Added to the query of the URL. @default none */
  readonly query?: QueryOption | undefined
  /**
   * With it POST and PATCH are retried too: it is sent as `Idempotency-Key`, the same for every try, by which the server knows them for one. True makes
   * one up for each request.
   */
  readonly idempotencyKey?: string | true | (() => string) | undefined
  /** URLs that a success makes stale, beside the request's own and those that `Location` and `Content-Location` name. Queries do not matter. */
  readonly invalidates?: readonly string[] | undefined
}

/** What `execute` takes, over the options of the hook. */
export interface FetchOverrides extends RequestOptions {
  readonly url?: UrlOption
  /** Gives this request up. */
  readonly signal?: AbortSignal | undefined
}

type Handlers = 'onError' | 'onRetry' | 'onGiveUp'
type Shared = 'enabled' | 'share' | 'key' | 'providerKey' | 'notify' | 'environment' | Handlers

/** Options of `createFetch` and `useFetch`; nothing has to be set. */
export interface FetchOptions<Body = unknown, Data = Body, Selected = Data>
  extends RequestOptions, Pick<CommonOptions<Body, Data>, Shared> {
  /**
   * Names of headers that make no difference to whose response it is, beside those that only name one request: `traceparent`, `tracestate`, `baggage`,
   * `x-request-id` and `x-correlation-id`. All others that are given, as values or by a function, are in the cache key. Those that carry credentials, such as
   * `authorization`, can be named only beside a `key`, which then tells users apart. A response whose `Vary` names one of the others goes only to the hook that
   * asked for it. @default none
   */
  readonly ignoreHeaders?: IgnoreHeadersOption
  /** What reads an answer: `json(schema?)`, `text()`, `binary()` or your own. @default by `Content-Type`: JSON, text, else an ArrayBuffer */
  readonly codec?: BodyCodec<Body> | undefined
  /** The fold that makes `data` of the answers, such as `collect()` for a list that grows. @default the latest answer */
  readonly reduce?: Reducer<Body, Data> | undefined
  /**
   * An answer that is there from the start: what a server has rendered. It is fresh for `maxAge`, and else asked for anew. After a final 401 it is not shown
   * any more, and `data` is undefined, unless it is where a `reduce` begins. @default none
   */
  readonly initialData?: Data | undefined
  /** The part of the data that this hook shows; a change outside it renders nothing. Not called before there is data. */
  readonly select?: ((data: Data) => Selected) | undefined
  /**
   * Whether and when to try again after a network error, 408, 425, 429 and 5xx: GET, HEAD, PUT and DELETE, others with an `idempotencyKey`.
   * @default \{ limit: 3, delay: quickThenSpread() \}
   */
  readonly retry?: CommonOptions<Body, Data>['retry']
  /**
   * `connect`: how long nothing at all may come, from the start, and between the parts of an answer, in ms; with a body until the answer begins 60000.
   * `request`: how long one attempt may take as a whole, in ms. @default \{ connect: 10000, request: Infinity \}
   */
  readonly timeout?:
    | { readonly connect?: number | undefined; readonly request?: number | undefined }
    | undefined
  /** What holds requests back: a hidden page, a network that is gone. `refetchInterval` waits for a page that is seen, unless `hidden` is false. @default \{ offline: true \} */
  readonly pause?: CommonOptions<Body, Data>['pause']
  /** How long an answer is fresh, in ms, whatever the server says; `no-store` is not kept all the same. @default what Cache-Control and Expires say */
  readonly maxAge?: number | undefined
  /** How long a stale answer is shown while it is validated, in ms. Not where the server demands validation. @default what the server says; for ever where it says nothing */
  readonly staleWhileRevalidate?: number | undefined
  /** Where answers are kept. @default one for the page; on a server none */
  readonly cache?: FetchCache | undefined
  /** From one answer to the next request, in ms, with a tenth of it more or less; not while the page is hidden. @default none */
  readonly refetchInterval?: number | undefined
  /** Asks anew when the page is seen again and the answer is stale. @default false */
  readonly refetchOnFocus?: boolean | undefined
  /** Asks anew when the network is back and the answer is stale. @default false */
  readonly refetchOnReconnect?: boolean | undefined
  /** Shows the data of the last destination until that of the new one is there, unless `key` or the headers that count differ. @default false */
  readonly keepPreviousData?: boolean | undefined
  /** The longest answer, in bytes. @default 67108864 */
  readonly maxBodyBytes?: number | undefined
  /** Gives an error to the nearest error boundary (React), or to `onErrorCaptured` (Vue). @default false */
  readonly throwOnError?: boolean | undefined
  /** An answer that brought something, whoever has asked. */
  readonly onMessage?: ((message: Body) => void) | undefined
}

/** Whatever the answers are. */
export type AnyFetchOptions = FetchOptions<unknown, unknown, unknown>

/** Options that make sense for every `useFetch` of an app. */
export type FetchDefaults = Omit<
  FetchOptions<never, never>,
  | 'codec'
  | 'reduce'
  | 'initialData'
  | 'select'
  | 'onMessage'
  | 'json'
  | 'body'
  | 'key'
  | 'providerKey'
  | 'idempotencyKey'
>

const fetchOptionTypes: Readonly<Record<string, string>> = {
  ...httpOptionTypes,
  codec: 'object',
  'codec.decode': 'function',
  query: 'object',
  key: 'string',
  cache: 'object',
  'timeout.request': 'positive',
  maxAge: 'number',
  staleWhileRevalidate: 'number',
  refetchInterval: 'positive',
  refetchOnFocus: 'boolean',
  refetchOnReconnect: 'boolean',
  keepPreviousData: 'boolean',
  throwOnError: 'boolean',
  maxBodyBytes: 'positive',
  invalidates: 'object',
}

/** @throws TautlineError `bad-option` */
export function validateFetchOptions(options: AnyFetchOptions): void {
  const { codec } = options
  // Some schemas have a `decode` of their own, which means something else.
  if (codec === Object(codec) && '~standard' in Object(codec))
    throwBadOption('codec', 'is a schema: write json(schema)')
  validateOptions(options, fetchOptionTypes)
  const { json, body, idempotencyKey } = options
  if (json !== undefined && body !== undefined && body !== null)
    throwBadOption('json', 'and option body are both given: one request has one body')
  validateHttpOptions(options)
  const method = resolveMethod(options)
  if (json !== undefined && methodHasNoBody(method))
    throwBadOption('json', `needs a method such as POST: ${method} has none`)
  if (!/^(string|function|undefined)$/.test(typeof idempotencyKey) && idempotencyKey !== true)
    throwBadOption('idempotencyKey', 'is to be a string, true or a function')
}

/** It only reads (RFC 9110, section 9.2.1). */
export const isSafe = (options: HttpOptions): boolean =>
  /^(GET|HEAD|OPTIONS|QUERY)$/.test(resolveMethod(options))

/** Doing it twice is doing it once (RFC 9110, section 9.2.2). */
export const isIdempotent = (options: RequestOptions): boolean =>
  isSafe(options) || /^(PUT|DELETE)$/.test(resolveMethod(options)) || options.idempotencyKey !== undefined

/** @throws TautlineError `bad-option` */
export function validateIdempotencyKey(key: string): string {
  return key && !/[^\t\x20-\x7e]/.test(key)
    ? key
    : throwBadOption('idempotencyKey', 'is not what a header can carry')
}

/** The names that `execute` takes: of an event, which it may be called with, nothing else. */
const OVERRIDABLE_OPTIONS = [
  'method',
  'headers',
  'json',
  'body',
  'query',
  'credentials',
  'idempotencyKey',
  'invalidates',
] as const satisfies readonly (keyof RequestOptions)[]

/** The options of `execute` over those of a hook: of two bodies the newer one. */
export function mergeOverrides(own: AnyFetchOptions, overrides: FetchOverrides): AnyFetchOptions {
  const overridden: Record<string, unknown> = Object.fromEntries(
    OVERRIDABLE_OPTIONS.filter((name) => name in overrides).map((name) => [name, overrides[name]]),
  )
  const { json, body } = overrides
  if (json === undefined && (body === undefined || body === null)) return { ...own, ...overridden }
  return { ...own, json: undefined, body: undefined, ...overridden }
}

/** Answers that are kept. One for the whole page is there without being asked for; on a server it is given by whoever knows whose answers they are. */
export interface FetchCache {
  /** Forgets all answers, as when a user has logged out. What is on the screen stays there until its component goes, and is not kept. */
  clear(): void
  /** Makes the answers of these URLs stale, whatever their queries, and asks anew for those that are shown. */
  invalidate(...urls: readonly string[]): void
}
