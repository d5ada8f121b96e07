import type { StoreMethods } from '../../observer/base-observer.ts'
import type { TautlineError } from '../../shared/errors.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import type { FetchOptions, QueryOption } from '../options.ts'
import type { FetchSnapshot, FetchStatus, MutateOptions, ResponseHead, TrackedField } from '../types.ts'

/**
 * The request of another page: a URL, which may be relative to that of the page; query parameters, which are added to
 * the URL and `query` of the list and replace those with the same name; or nothing (any falsy value, as of
 * `page.next && { after: page.next }`) if there is no such page.
 */
export type PageLink = string | QueryOption | false | 0 | null | undefined

/** What `next` and `previous` get beside the page. */
export interface PageContext<Page> {
  /** The head of the page's response. Undefined for a page of `initialData`. */
  readonly response: ResponseHead | undefined
  /** The pages from the first shown one to this one. */
  readonly pages: readonly Page[]
  /** The position of the page: 0 for the first request of the list, -1 for the page before it. */
  readonly index: number
  /** Which page is wanted. */
  readonly direction: 'next' | 'previous'
}

/** Returns the request of the page after a page, or before it. */
export type PageLinkOption<Page> = (page: Page, context: PageContext<Page>) => PageLink

type RequestOptionNames =
  | 'method'
  | 'headers'
  | 'credentials'
  | 'query'
  | 'ignoreHeaders'
  | 'codec'
  | 'cache'
  | 'maxAge'
  | 'staleWhileRevalidate'
  | 'maxBodyBytes'

type OtherOptionNames =
  | 'enabled'
  | 'share'
  | 'key'
  | 'providerKey'
  | 'notify'
  | 'environment'
  | 'retry'
  | 'timeout'
  | 'pause'
  | 'refetchInterval'
  | 'refetchOnFocus'
  | 'refetchOnReconnect'
  | 'keepPreviousData'
  | 'throwOnError'
  | 'onMessage'
  | 'onError'
  | 'onRetry'
  | 'onGiveUp'

/** Options of `createFetchPages` and `useFetchPages`: those of a read by `useFetch`, and how pages follow each other. */
export interface FetchPagesOptions<Page = unknown> extends Pick<
  FetchOptions<Page, Page>,
  RequestOptionNames | OtherOptionNames
> {
  /**
   * The request of the page after this one: `pageNumber()`, `cursor()`, `linkHeader()`, or a function. It is called
   * often and must depend on its arguments only. @default none: the list has one page
   */
  readonly next?: PageLinkOption<Page> | undefined
  /** The request of the page before this one. @default pages that `maxPages` has dropped */
  readonly previous?: PageLinkOption<Page> | undefined
  /** The largest number of pages that are shown. `fetchNext` drops the first page beyond it. @default Infinity */
  readonly maxPages?: number | undefined
  /**
   * The first pages before the first response, such as those that a server has rendered. They are fresh for `maxAge`;
   * without `maxAge` they are refetched at once. @default none
   */
  readonly initialData?: readonly Page[] | undefined
}

/** Options of a list of any pages. */
export type AnyFetchPagesOptions = FetchPagesOptions

interface FetchPagesFields<Page> {
  /** The pages in their order. Empty before the first response. Equal pages keep their identity. */
  readonly pages: readonly Page[]
  /** Why the last request failed, after its retries; until then see `failure`. The pages are those from before. */
  readonly error: TautlineError | undefined
  /** Whether a request for any page is in flight or waits for a retry. */
  readonly isFetching: boolean
  /** Whether the page after the last one is being fetched. */
  readonly isFetchingNext: boolean
  /** Whether the page before the first one is being fetched. */
  readonly isFetchingPrevious: boolean
  /** Whether there is a page after the last one. */
  readonly hasNext: boolean
  /** Whether there is a page before the first one. */
  readonly hasPrevious: boolean
  /** The head of the response that brought the last page. */
  readonly response: ResponseHead | undefined
  /** Why the last attempt to request a page failed, while it is retried. */
  readonly failure: TautlineError | undefined
  /** The number of retries of that request. */
  readonly attempt: number
  /** When its next attempt starts, in ms since the epoch. */
  readonly retryAt: number | undefined
  /** What its next attempt waits for. */
  readonly waitingFor: FetchSnapshot<Page>['waitingFor']
}

/** The state of a list of pages. Frozen, and the same object until something changes. */
export type FetchPagesSnapshot<Page> = FetchPagesFields<Page> &
  (
    | { readonly status: 'idle' | 'pending'; readonly error: undefined }
    | { readonly status: 'success' }
    | { readonly status: 'error'; readonly error: TautlineError }
  )

/** Fields that re-render only the components that read them. */
export type TrackedPagesField = Exclude<TrackedField, 'progress' | 'staleAt'>

/** Any status with its fields, before the union is formed. */
export interface AnyPagesSnapshot extends FetchPagesFields<unknown> {
  readonly status: FetchStatus
}

/** Which pages `refetch` requests. */
export interface RefetchPagesOptions {
  /**
   * `all`: every shown page, one after the other; `first`: the first one, and the following ones only if its link to
   * them has changed. @default 'all'
   */
  readonly pages?: 'all' | 'first' | undefined
}

/**
 * The commands of a list. Each function keeps its identity. A promise resolves to the pages that are shown then, and
 * rejects with a `TautlineError`. A rejection without a handler is not reported as unhandled, since `error` and
 * `onError` have it.
 */
export interface FetchPagesCommands<Page> {
  /**
   * Fetches the page after the last one. Calls while it is in flight share one request. At the end of the list, nothing
   * is requested.
   */
  fetchNext(): Promise<readonly Page[]>
  /** Fetches the page before the first one. */
  fetchPrevious(): Promise<readonly Page[]>
  /**
   * Requests the pages again, each by the link of the new page before it. They are shown together when all have
   * arrived. If one fails, the pages from before stay.
   */
  refetch(options?: RefetchPagesOptions): Promise<readonly Page[]>
  /** Aborts the requests of this list. A request continues if other components wait for it. */
  abort(): void
  /**
   * Changes pages at once in all components that show them, and returns a function that rolls the change back. The
   * number of pages stays the same.
   *
   * @param update the new pages, or a function that returns them; it runs again for new responses
   */
  mutate(
    update: readonly Page[] | ((pages: readonly Page[]) => readonly Page[]),
    options?: MutateOptions,
  ): () => void
}

/** A list of pages and its state. */
export interface FetchPagesObserver<Page> extends FetchPagesCommands<Page> {
  /** Adds a listener. The first one requests the first page unless the cache is fresh; without listeners it is aborted. */
  subscribe: (listener: () => void) => () => void
  getSnapshot: () => FetchPagesSnapshot<Page>
  /** The snapshot that a server renders and the first client render repeats. Rendering on a server sends nothing. */
  getServerSnapshot: () => FetchPagesSnapshot<Page>
  /** Sets the URL and options. Another list starts with its first page. */
  setOptions(url: UrlOption, options?: FetchPagesOptions<Page>): void
  /** Marks a field as read, so that changes of this field alone notify subscribers from now on. */
  track(field: TrackedPagesField): void
}

/** The interface between a list of pages and a framework binding. */
export interface FetchPagesBindingObserver<Page>
  extends FetchPagesObserver<Page>, StoreMethods<FetchPagesSnapshot<Page>> {
  /** The snapshot for a render with these arguments, before `setOptions` gets them. Undefined for the same list. */
  preview(url: UrlOption, options?: FetchPagesOptions<Page>): FetchPagesSnapshot<Page> | undefined
  /** Called at changes while there are no subscribers. */
  onUnownedChange: (() => void) | undefined
}
