import { FetchClient, FetchHandle } from './observer/fetch-handle.ts'
import { SuspenseHandle } from './observer/suspense-handle.ts'
import type { AnyFetchOptions, FetchOptions } from './options.ts'
import type { FetchBindingObserver, FetchObserver, FetchSnapshot } from './types.ts'
import type { WithCollect, Reducer } from '../shared/reducers.ts'
import type { UrlOption } from '../shared/attempt.ts'

export type { BodyCodec, InputCodec } from '../shared/codec.ts'
export { createFetchCache } from './cache/cache-context.ts'
export type { FetchCache, FetchStore } from './options.ts'
export type {
  AnyFetchOptions,
  ExecuteOptions,
  FetchDefaults,
  FetchOptions,
  FetchOverrides,
  Invalidation,
  ProviderDefaults,
  ProviderOptions,
  QueryOption,
  RequestOptions,
} from './options.ts'
export { type Bearer, bearer } from './request/credentials.ts'
export { type UploadProgress, uploadProgress } from './request/xhr.ts'
export type {
  FetchBindingObserver,
  FetchCommands,
  FetchObserver,
  FetchEventMap,
  FetchSnapshot,
  FetchStatus,
  MutateOptions,
  RollBack,
  TrackedField,
  ResponseHead,
} from './types.ts'
export { addProviderDefaults } from './request/merge-providers.ts'
export {
  type FetchPagesBindingObserver,
  type FetchPagesCommands,
  type FetchPagesObserver,
  type FetchPagesOptions,
  type FetchPagesSnapshot,
  type PageContext,
  type PageLink,
  type PageLinkOption,
  type RefetchPagesOptions,
  type TrackedPagesField,
  createFetchPages,
  cursor,
  linkHeader,
  observeFetchPages,
  pageNumber,
} from './pages/index.ts'
export {
  type FetchListObserver,
  type FetchListSnapshot,
  type FetchRequest,
  type FetchRequests,
  type ListedData,
  type ListedRequest,
  type PlannedRequest,
  type TypeAt,
  type TypeList,
  observeFetches,
} from './list/index.ts'
export type { CacheLimits, CacheOptions } from './cache/lru-store.ts'
export { type FetchStoreOptions } from './store/stored-response.ts'
export { type LocalStorageStoreOptions, localStorageStore } from './store/local-storage.ts'
export { indexedDbStore } from './store/indexed-db.ts'
export type { Progress } from './request/send-request.ts'
export type { CollectReducer, RequireReduce, WithCollect } from '../shared/reducers.ts'
export type { BodyOption, HeadersOption, RequestBody } from '../http/types.ts'
export type { UrlOption } from '../shared/attempt.ts'

/** A binding observer of a hook that suspends until there is a response. */
export interface SuspenseBindingObserver<Body, Data> extends FetchBindingObserver<Body, Data> {
  /**
   * Returns the snapshot to render. Throws a promise while there is none, and the error of a request without data.
   *
   * @param stored the snapshot that the framework has for this render
   */
  read(
    url: UrlOption,
    options: FetchOptions<Body, Data, unknown>,
    stored: FetchSnapshot<Data | undefined>,
  ): FetchSnapshot<Data | undefined>
}

/** The options without those that only components use. */
type Headless<Options> = Omit<Options, 'select' | 'throwOnError'>

/**
 * Creates the observer on which bindings are built. It sends its request when it is subscribed to, and its status is
 * `pending` from the first snapshot on. Without a framework, use `createFetch`.
 */
export function observeFetch<Body = unknown, Data = Body>(
  url: UrlOption,
  options: FetchOptions<Body, Data, unknown> = {},
): FetchBindingObserver<Body, Data> {
  // The core does not know the type of the data. The return type restores it.
  return new FetchHandle(url, options as AnyFetchOptions, true) as unknown as FetchBindingObserver<Body, Data>
}

/** Creates the observer on which a binding builds a hook that suspends. */
export function observeFetchForSuspense<Body = unknown>(
  url: UrlOption,
  options: FetchOptions<Body, Body, unknown>,
): SuspenseBindingObserver<Body, Body> {
  // The core does not know the type of the data. The return type restores it.
  return new SuspenseHandle(url, options as AnyFetchOptions) as unknown as SuspenseBindingObserver<Body, Body>
}

/**
 * Creates a client for one request, whose response is cached and shared by the rules of HTTP (RFC 9111). It retries
 * failed requests where that is safe, and revalidates stale responses. `execute()`, `refetch()` or the first
 * `subscribe` sends the request. It runs in pages, workers and Node.
 *
 * @param url absolute or relative, http or https; a function runs before every attempt
 * @throws TautlineError `bad-option`
 *
 * @example
 * const user = createFetch('/api/users/1', { codec: json(User) })
 * console.log(await user.execute())
 */
export function createFetch<Body = unknown, Input = unknown>(
  url: UrlOption,
  options: WithCollect<Headless<FetchOptions<Body, readonly Body[], readonly Body[], Input>>>,
): FetchObserver<Body, readonly Body[], readonly Body[], Input>
export function createFetch<Body = unknown, Input = unknown>(
  url: UrlOption,
  options: Headless<FetchOptions<Body, Body, Body, Input>> & {
    readonly initialData: Body
    readonly reduce?: undefined
  },
): FetchObserver<Body, Body, Body, Input>
export function createFetch<Body = unknown, Data = Body, Input = unknown>(
  url: UrlOption,
  options: Headless<FetchOptions<Body, Data, Data, Input>> & {
    readonly initialData: Data
    readonly reduce: Reducer<NoInfer<Body>, Data>
  },
): FetchObserver<Body, Data, Data, Input>
export function createFetch<Body = unknown, Data = Body, Input = unknown>(
  url: UrlOption,
  options?: Omit<Headless<FetchOptions<Body, Data, Data, Input>>, 'initialData'> & {
    readonly initialData?: NoInfer<Data> | undefined
  },
): FetchObserver<Body, Data, Data | undefined, Input>
export function createFetch<Body, Data>(url: UrlOption, options: object = {}): FetchObserver<Body, Data> {
  // The core does not know the type of the data. The return type restores it.
  return new FetchClient(url, options, false) as unknown as FetchObserver<Body, Data>
}
