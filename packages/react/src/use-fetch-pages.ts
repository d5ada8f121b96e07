import { useState, useSyncExternalStore } from 'react'
import {
  type FetchPagesBindingObserver,
  type FetchPagesCommands,
  type FetchPagesOptions,
  type FetchPagesSnapshot,
  type UrlOption,
  observeFetchPages,
} from '@tautline/core/fetch'
import { useCommitEffect } from './commit-effect.ts'
import { useDefaults } from './options-context.ts'

/** The result of `useFetchPages`: the state of the list, and commands that are the same functions in every render. */
export type FetchPagesResult<Page> = FetchPagesSnapshot<Page> & FetchPagesCommands<Page>

/**
 * A list of pages, such as an infinite list. The first page is requested when the component mounts, the others by
 * `fetchNext` and `fetchPrevious`.
 *
 * Each page is an ordinary request, which is cached, shared and retried as with `useFetch`. A component that comes back
 * shows the same pages. Another URL, `query` or `key` starts with the first page.
 *
 * @param url of the first page; without one the hook stays idle; a function runs before every attempt
 * @throws TautlineError `bad-option` for an invalid option, and with `throwOnError` the error of the request, during
 *   the render
 *
 * @example
 * const { pages, hasNext, fetchNext } = useFetchPages('/api/users', {
 *   codec: json(Users),
 *   next: cursor('after', (page) => page.nextCursor),
 * })
 */
export function useFetchPages<Page = unknown>(
  url: UrlOption,
  ownOptions?: FetchPagesOptions<Page>,
): FetchPagesResult<Page> {
  const options = useDefaults(ownOptions, 'fetch')
  const [observer] = useState(() => observeFetchPages(url, options))
  // This effect runs before the one that subscribes, so the request is sent with the newest options.
  useCommitEffect(() => observer.setOptions(url, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  // The observer gets new arguments only after the commit. If they name another list, this render must not show the
  // pages of the old one.
  const snapshot = observer.preview(url, options) ?? stored
  if (options.throwOnError && snapshot.status === 'error') throw snapshot.error
  return createResult(observer, snapshot)
}

const TRACKED_FIELDS = ['isFetching', 'response', 'failure', 'attempt', 'retryAt', 'waitingFor'] as const

/** Tracks fields once the component reads them (docs/decisions/tracked-fields.md). */
function createResult<Page>(
  observer: FetchPagesBindingObserver<Page>,
  snapshot: FetchPagesSnapshot<Page>,
): FetchPagesResult<Page> {
  const { fetchNext, fetchPrevious, refetch, abort, mutate } = observer
  const result = { ...snapshot, fetchNext, fetchPrevious, refetch, abort, mutate }
  for (const field of TRACKED_FIELDS) {
    Object.defineProperty(result, field, {
      get() {
        observer.track(field)
        const latest = observer.getSnapshot()
        // The newest value is used only if it belongs to the pages that this render shows.
        return (latest.pages === snapshot.pages && latest.status === snapshot.status ? latest : snapshot)[
          field
        ]
      },
    })
  }
  return result
}
