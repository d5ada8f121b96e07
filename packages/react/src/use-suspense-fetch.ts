import { useSyncExternalStore } from 'react'
import {
  type FetchCommands,
  type FetchOptions,
  type FetchSnapshot,
  type UrlOption,
  observeFetchForSuspense,
} from '@tautline/core/fetch'
import type { TautlineError } from '@tautline/core'
import { useCommitEffect } from './commit-effect.ts'
import { createFetchResult } from './fetch-result.ts'
import { useDefaults } from './options-context.ts'
import { useOnce } from './use-once.ts'

/** The result of `useSuspenseFetch`: its data are always there. */
export type SuspenseFetchResult<Body, Selected = Body> = Omit<
  FetchSnapshot<Selected>,
  'status' | 'error' | 'data'
> &
  Pick<FetchCommands<Body, Body>, 'refetch' | 'mutate'> & {
    readonly status: 'success' | 'error'
    readonly data: Selected
    /** Why the last refetch failed. The data are those from before. */
    readonly error: TautlineError | undefined
  }

/** Options of `useSuspenseFetch`: those of a read by `useFetch`. */
export type SuspenseFetchOptions<Body = unknown, Selected = Body> = Omit<
  FetchOptions<Body, Body, Selected>,
  'enabled' | 'reduce' | 'share' | 'input' | 'idempotencyKey' | 'invalidates'
>

/**
 * An HTTP request for which the component suspends: the nearest `<Suspense>` shows its fallback until there is a
 * response. Then `data` is always there. Without data, an error is thrown to the nearest error boundary.
 *
 * The request is known by its method, URL, headers, `query`, `json` and `key`. If one of them is a function, set `key`.
 * A refetch does not suspend. Another URL does, except with `keepPreviousData` or in a transition. On a server, give a
 * `cache` for each incoming request.
 *
 * @param url absolute or relative, http or https
 * @throws TautlineError `bad-option` for an invalid option, and the error of a request without data, during the render
 *
 * @example
 * const { data: user } = useSuspenseFetch(`/api/users/${id}`, { codec: json(User) })
 */
export function useSuspenseFetch<Body = unknown, Selected = Body>(
  url: Exclude<UrlOption, false | null | undefined>,
  options?: SuspenseFetchOptions<Body, Selected> & { readonly emptyOn?: undefined },
): SuspenseFetchResult<Body, Selected>
/**
 * The same with `emptyOn`: `data` is undefined after one of these statuses.
 *
 * @throws TautlineError `bad-option` for an invalid option, and the error of a request without data, during the render
 *
 * @example
 * const { data: draft } = useSuspenseFetch('/api/draft', { codec: json(Draft), emptyOn: [404] })
 */
export function useSuspenseFetch<Body = unknown, Selected = Body>(
  url: Exclude<UrlOption, false | null | undefined>,
  options: SuspenseFetchOptions<Body, Selected>,
): SuspenseFetchResult<Body, Selected | undefined>
export function useSuspenseFetch<Body, Selected>(
  url: UrlOption,
  ownOptions?: SuspenseFetchOptions<Body, Selected>,
): SuspenseFetchResult<Body, Selected | undefined> {
  const given: FetchOptions<Body, Body, Selected> = useDefaults(ownOptions, 'fetch')
  // A provider may disable requests, but this hook would wait for ever.
  const options = given.enabled === false ? { ...given, enabled: true } : given
  const observer = useOnce(() => observeFetchForSuspense<Body>(url, options))
  // This effect runs before the one that subscribes, so the request is sent with the newest options.
  useCommitEffect(() => observer.setOptions(url, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  const snapshot = observer.read(url, options, stored)
  const result = createFetchResult<Body, Body, Selected>(observer, snapshot, options.select)
  // `read` has returned a snapshot with data.
  return result as SuspenseFetchResult<Body, Selected>
}
