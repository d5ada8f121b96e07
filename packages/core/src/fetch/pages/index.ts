import type { UrlOption } from '../../shared/attempt.ts'
import { PagesHandle } from './commands.ts'
import type { FetchPagesBindingObserver, FetchPagesObserver, FetchPagesOptions } from './types.ts'

export { cursor, linkHeader, pageNumber } from './page-links.ts'
export type {
  FetchPagesBindingObserver,
  FetchPagesCommands,
  FetchPagesObserver,
  FetchPagesOptions,
  FetchPagesSnapshot,
  PageContext,
  PageLink,
  PageLinkOption,
  RefetchPagesOptions,
  TrackedPagesField,
} from './types.ts'

/**
 * Creates the observer on which bindings are built. It requests the first page when it is subscribed to, and its status
 * is `pending` from the first snapshot on. Without a framework, use `createFetchPages`.
 */
export function observeFetchPages<Page = unknown>(
  url: UrlOption,
  options: FetchPagesOptions<Page> = {},
): FetchPagesBindingObserver<Page> {
  return observe(url, options, true)
}

/**
 * Creates a list of pages, such as an infinite list. Each page is an ordinary request, which is cached, shared and
 * retried like any other. `fetchNext()`, `refetch()` or the first `subscribe` requests the first page.
 *
 * @param url of the first page; a function runs before every attempt
 * @throws TautlineError `bad-option`
 *
 * @example
 * const users = createFetchPages('/api/users', { codec: json(Users), next: cursor('after', (page) => page.nextCursor) })
 * console.log(await users.fetchNext())
 */
export function createFetchPages<Page = unknown>(
  url: UrlOption,
  options: Omit<FetchPagesOptions<Page>, 'throwOnError'> = {},
): FetchPagesObserver<Page> {
  return observe(url, options, false)
}

function observe<Page>(
  url: UrlOption,
  options: object,
  isFrameworkOwned: boolean,
): FetchPagesBindingObserver<Page> {
  // The core does not know the type of the pages. The return type restores it.
  return new PagesHandle(url, options, isFrameworkOwned) as unknown as FetchPagesBindingObserver<Page>
}
