import { useSyncExternalStore } from 'react'
import {
  type FetchPagesCommands,
  type FetchPagesOptions,
  type FetchPagesSnapshot,
  type TrackedPagesField,
  type UrlOption,
  observeFetchPages,
} from '@tautline/core/fetch'
import { useCommitEffect } from './commit-effect.ts'
import { latestOf } from './fetch-result.ts'
import { useDefaults } from './options-context.ts'
import { type ResultKind, createResult } from './result.ts'
import { useOnce } from './use-once.ts'

/** The result of `useFetchPages`: the state of the list, and commands that are the same functions in every render. */
export type FetchPagesResult<Page> = FetchPagesSnapshot<Page> & FetchPagesCommands<Page>

const TRACKED: readonly TrackedPagesField[] = [
  'isFetching',
  'response',
  'failure',
  'attempt',
  'retryAt',
  'waitingFor',
]
const COMMANDS: readonly (keyof FetchPagesCommands<unknown>)[] = [
  'fetchNext',
  'fetchPrevious',
  'refetch',
  'abort',
  'mutate',
]
const PAGES_KIND: ResultKind = { tracked: TRACKED, commands: COMMANDS, latest: latestOf }

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
  const observer = useOnce(() => observeFetchPages(url, options))
  // This effect runs before the one that subscribes, so the request is sent with the newest options.
  useCommitEffect(() => observer.setOptions(url, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  // The observer gets new arguments only after the commit. If they name another list, this render must not show the
  // pages of the old one.
  const snapshot = observer.preview(url, options) ?? stored
  if (options.throwOnError && snapshot.status === 'error') throw snapshot.error
  return createResult(PAGES_KIND, observer, snapshot) as FetchPagesResult<Page> // its fields and commands
}
