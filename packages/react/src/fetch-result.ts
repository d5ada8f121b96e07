import type {
  FetchBindingObserver,
  FetchCommands,
  FetchOptions,
  FetchSnapshot,
  TrackedField,
  UrlOption,
} from '@tautline/core/fetch'
import { type ResultKind, createResult } from './result.ts'

/** The result of `useFetch`: the state of the request, and commands that are the same functions in every render. */
export type FetchResult<Body, Data, Selected = Data, Input = unknown> = FetchSnapshot<Selected> &
  FetchCommands<Body, Data, Input>

/**
 * Returns the newest snapshot if it belongs to the data that this render shows. While React hydrates a page, the render
 * shows what the server rendered, but the cache may have newer data already.
 */
export function latestOf<Shown extends { readonly status: string }>(
  observer: { getSnapshot(): Shown },
  shown: Shown & { readonly data?: unknown; readonly pages?: unknown },
): Shown {
  const latest: typeof shown = observer.getSnapshot()
  const isSame = latest.status === shown.status && latest.pages === shown.pages
  return isSame && Object.is(latest.data, shown.data) ? latest : shown
}

const TRACKED: readonly TrackedField[] = [
  'isFetching',
  'response',
  'progress',
  'staleAt',
  'failure',
  'attempt',
  'retryAt',
  'waitingFor',
]
const COMMANDS: readonly (keyof FetchCommands<unknown, unknown>)[] = [
  'execute',
  'refetch',
  'abort',
  'reset',
  'mutate',
]
const FETCH_KIND: ResultKind = { tracked: TRACKED, commands: COMMANDS, latest: latestOf }

/**
 * Creates the result of a render with these arguments.
 *
 * @param stored the snapshot that React has for this render
 * @throws TautlineError with `throwOnError` the error of the request
 */
export function toFetchResult<Body, Data, Selected>(
  observer: FetchBindingObserver<Body, Data>,
  url: UrlOption,
  options: FetchOptions<Body, Data, Selected>,
  stored: FetchSnapshot<Data | undefined>,
): FetchResult<Body, Data, Selected> {
  // The observer gets new arguments only after the commit. If they name another request, this render must not show the
  // data of the old one.
  const snapshot = observer.preview(url, options) ?? stored
  if (options.throwOnError && snapshot.status === 'error') throw snapshot.error
  return createFetchResult(observer, snapshot, options.select)
}

/** Creates the result of one render. */
export function createFetchResult<Body, Data, Selected>(
  observer: FetchBindingObserver<Body, Data>,
  snapshot: FetchSnapshot<Data | undefined>,
  select: FetchOptions<Body, Data, Selected>['select'],
): FetchResult<Body, Data, Selected> {
  const { data } = snapshot
  const selected = select && data !== undefined ? observer.select(select, data) : data
  // The fields of the snapshot, and the commands.
  return createResult(FETCH_KIND, observer, snapshot, selected) as FetchResult<Body, Data, Selected>
}
