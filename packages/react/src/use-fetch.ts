import { useSyncExternalStore } from 'react'
import type { Reducer } from '@tautline/core'
import {
  type WithCollect,
  type RequireReduce,
  type FetchOptions,
  type UrlOption,
  observeFetch,
} from '@tautline/core/fetch'
import { useCommitEffect } from './commit-effect.ts'
import { type FetchResult, toFetchResult } from './fetch-result.ts'
import { useDefaults } from './options-context.ts'
import { useOnce } from './use-once.ts'

/**
 * An HTTP request that is sent when the component mounts. `data` is the list of responses.
 *
 * @param url absolute or relative, http or https; without one the hook stays idle; a function runs before
 *   every attempt
 * @throws TautlineError `bad-option` for an invalid option, and with `throwOnError` the error of the request, during
 *   the render
 *
 * @example
 * const { data: samples } = useFetch('/api/load', { codec: json(Load), reduce: collect(), refetchInterval: 5000 })
 */
export function useFetch<Body = unknown, Selected = readonly Body[], Input = unknown>(
  url: UrlOption,
  options: WithCollect<FetchOptions<Body, readonly Body[], Selected, Input>>,
): FetchResult<Body, readonly Body[], Selected, Input>
/**
 * An HTTP request that is sent when the component mounts. `data` is the body of the latest response, and `initialData`
 * before the first one.
 *
 * @throws TautlineError `bad-option` for an invalid option, and with `throwOnError` the error of the request, during
 *   the render
 *
 * @example
 * const { data: users } = useFetch('/api/users', { codec: json(Users), initialData: [] })
 */
export function useFetch<Body = unknown, Selected = Body, Input = unknown>(
  url: UrlOption,
  options: FetchOptions<Body, Body, Selected, Input> & {
    readonly initialData: Body
    readonly reduce?: undefined
  },
): FetchResult<Body, Body, Selected, Input>
/**
 * An HTTP request that is sent when the component mounts. `data` is the result of `reduce`, and `initialData` before
 * the first response.
 *
 * @throws TautlineError `bad-option` for an invalid option, and with `throwOnError` the error of the request, during
 *   the render
 *
 * @example
 * const reduce = (highest: number, next: number) => Math.max(highest, next)
 * const { data } = useFetch('/api/load', { codec: json<number>(), initialData: 0, reduce, refetchInterval: 5000 })
 */
export function useFetch<Body = unknown, Data = Body, Selected = Data, Input = unknown>(
  url: UrlOption,
  options: FetchOptions<Body, Data, Selected, Input> & {
    readonly initialData: Data
    readonly reduce: Reducer<NoInfer<Body>, Data>
  },
): FetchResult<Body, Data, Selected, Input>
/**
 * An HTTP request that is sent when the component mounts. `data` is the body of its response, undefined before it.
 *
 * The request is sent again when the URL or an option of the request changes. It is not sent while the cache has a
 * fresh response. Components with the same request share one request and one cached response (RFC 9111). A failed
 * request is retried if that is safe: GET, HEAD, PUT and DELETE, and others with an `idempotencyKey`. For a request
 * that changes data, set `enabled: false` and call `execute`.
 *
 * @param url absolute or relative, http or https; without one the hook stays idle; a function runs before
 *   every attempt
 * @throws TautlineError `bad-option` for an invalid option, and with `throwOnError` the error of the request, during
 *   the render
 *
 * @example
 * const { data: user, status, refetch } = useFetch(`/api/users/${id}`, { codec: json(User) })
 * const save = useFetch(`/api/users/${id}`, { method: 'PUT', enabled: false })
 * await save.execute({ json: { ...user, name } })
 */
export function useFetch<Body = unknown, Data = Body, Selected = Data, Input = unknown>(
  url: UrlOption,
  options?: Omit<FetchOptions<Body, Data, Selected, Input>, 'initialData'> & {
    readonly initialData?: NoInfer<Data> | undefined
  } & RequireReduce<Body, Data>,
): FetchResult<Body, Data, Selected | undefined, Input>
export function useFetch<Body, Data, Selected>(
  url: UrlOption,
  ownOptions?: FetchOptions<Body, Data, Selected>,
): FetchResult<Body, Data, Selected> {
  const options = useDefaults(ownOptions, 'fetch')
  const observer = useOnce(() => observeFetch(url, options))
  // This effect runs before the one that subscribes, so the request is sent with the newest options.
  useCommitEffect(() => observer.setOptions(url, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  return toFetchResult(observer, url, options, stored)
}
