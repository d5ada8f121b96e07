import { useState, useSyncExternalStore } from 'react'
import type { Reducer } from '@tautline/core'
import { type WithCollect, type FetchOptions, type UrlOption, observeFetch } from '@tautline/core/fetch'
import { useCommitEffect } from './commit-effect.ts'
import { type FetchResult, resultOf } from './fetch-result.ts'
import { useDefaults } from './options-context.ts'

/**
 * A request and its answer, for as long as the component is mounted: asked once for all components that want the same, kept and validated as HTTP has it,
 * retried where that is safe. `execute` sends what changes something.
 *
 * @param url absolute or relative, http or https; null, undefined or '' stays idle; a function runs before every attempt
 * @throws TautlineError `bad-option`, while rendering; with `throwOnError` also what the request failed for
 *
 * @example
 * const { data: user, status, refetch } = useFetch(`/api/users/${id}`, { codec: json(User) })
 * const save = useFetch(`/api/users/${id}`, { method: 'PUT', enabled: false })
 * await save.execute({ json: { ...user, name } })
 */
export function useFetch<Body = unknown, Selected = readonly Body[]>(
  url: UrlOption,
  options: WithCollect<FetchOptions<Body, readonly Body[], Selected>>,
): FetchResult<Body, readonly Body[], Selected>
export function useFetch<Body = unknown, Selected = Body>(
  url: UrlOption,
  options: FetchOptions<Body, Body, Selected> & { readonly initialData: Body; readonly reduce?: undefined },
): FetchResult<Body, Body, Selected>
export function useFetch<Body = unknown, Data = Body, Selected = Data>(
  url: UrlOption,
  options: FetchOptions<Body, Data, Selected> & {
    readonly initialData: Data
    readonly reduce: Reducer<Body, Data>
  },
): FetchResult<Body, Data, Selected>
export function useFetch<Body = unknown, Data = Body, Selected = Data>(
  url: UrlOption,
  options?: Omit<FetchOptions<Body, Data, Selected>, 'initialData'> & {
    readonly initialData?: NoInfer<Data> | undefined
  },
): FetchResult<Body, Data, Selected | undefined>
export function useFetch<Body, Data, Selected>(
  url: UrlOption,
  given?: FetchOptions<Body, Data, Selected>,
): FetchResult<Body, Data, Selected> {
  const options = useDefaults(given, 'fetch')
  const [observer] = useState(() => observeFetch(url, options))
  // Runs before the subscription, which then asks with the newest options.
  useCommitEffect(() => observer.setOptions(url, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  // A render with another URL is committed before the observer hears of it: nothing of the old one stands in it.
  const snapshot = observer.preview(url, options) ?? stored
  if (options.throwOnError && snapshot.status === 'error') throw snapshot.error
  const { data } = snapshot
  const { select } = options
  return resultOf<Body, Data, Selected>(
    observer,
    snapshot,
    select && data !== undefined ? select(data) : data,
  )
}
