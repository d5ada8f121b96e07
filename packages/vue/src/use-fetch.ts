import { type MaybeRef, type MaybeRefOrGetter, getCurrentInstance, toValue, watch } from 'vue'
import type { Reducer } from '@tautline/core'
import {
  type WithCollect,
  type RequireReduce,
  type FetchOptions,
  type UrlOption,
  observeFetch,
} from '@tautline/core/fetch'
import { mayChange } from './arguments.ts'
import { FETCH_KIND, FETCH_NAMES, type FetchResult } from './fetch-result.ts'
import { lazyRefs } from './lazy-refs.ts'
import { RequestRefs } from './observed-refs.ts'
import { injectAppContext, withDefaults } from './options-plugin.ts'
import type { ReactiveOptions, WithReduce } from './reactive-options.ts'
import { resolveUrl } from './resolve-url.ts'
import { throwErrors } from './throw-errors.ts'
import { whileActive } from './while-active.ts'

/**
 * An HTTP request that is sent when the component is mounted or the effect scope starts. `data` is the list of
 * responses.
 *
 * @param url absolute or relative, http or https, or a ref or getter of it; without one the hook stays idle;
 *   a function that is async or has a parameter runs before every attempt
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const { data: samples } = useFetch('/api/load', { codec: json(Load), reduce: collect(), refetchInterval: 5000 })
 */
export function useFetch<Body = unknown, Selected = readonly Body[], Input = unknown>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<
    ReactiveOptions<WithCollect<FetchOptions<Body, readonly Body[], Selected, Input>>>
  >,
): FetchResult<Body, readonly Body[], Selected, Input>
/**
 * An HTTP request that is sent when the component is mounted or the effect scope starts. `data` is the body of the
 * latest response, and `initialData` before the first one.
 *
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const { data: users } = useFetch('/api/users', { codec: json(Users), initialData: [] })
 */
export function useFetch<Body = unknown, Selected = Body, Input = unknown>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<
    ReactiveOptions<FetchOptions<Body, Body, Selected, Input>> & {
      readonly initialData: MaybeRef<Body>
      readonly reduce?: undefined
    }
  >,
): FetchResult<Body, Body, Selected, Input>
/**
 * An HTTP request that is sent when the component is mounted or the effect scope starts. `data` is the result of
 * `reduce`, and `initialData` before the first response.
 *
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const reduce = (highest: number, next: number) => Math.max(highest, next)
 * const { data } = useFetch('/api/load', { codec: json<number>(), initialData: 0, reduce, refetchInterval: 5000 })
 */
export function useFetch<Body = unknown, Data = Body, Selected = Data, Input = unknown>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<
    ReactiveOptions<FetchOptions<Body, Data, Selected, Input>> & {
      readonly initialData: MaybeRef<Data>
      readonly reduce: Reducer<NoInfer<Body>, Data>
    }
  >,
): FetchResult<Body, Data, Selected, Input>
/**
 * An HTTP request that is sent when the component is mounted or the effect scope starts. `data` is the body of its
 * response, undefined before it.
 *
 * The request is sent again when the URL or an option of the request changes. It is not sent while the cache has a
 * fresh response. Hooks with the same request share one request and one cached response (RFC 9111). A failed request is
 * retried if that is safe: GET, HEAD, PUT and DELETE, and others with an `idempotencyKey`. For a request that changes
 * data, set `enabled: false` and call `execute`.
 *
 * @param url absolute or relative, http or https, or a ref or getter of it; without one the hook stays idle;
 *   a function that is async or has a parameter runs before every attempt
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const { data: user, status, refetch } = useFetch(() => `/api/users/${props.id}`, { codec: json(User) })
 * const save = useFetch(() => `/api/users/${props.id}`, { method: 'PUT', enabled: false })
 * await save.execute({ json: { ...user.value, name } })
 */
export function useFetch<Body = unknown, Data = Body, Selected = Data, Input = unknown>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<
    | (ReactiveOptions<Omit<FetchOptions<Body, Data, Selected, Input>, 'initialData'>> & {
        readonly initialData?: MaybeRef<NoInfer<Data> | undefined>
      })
    | undefined
  > &
    RequireReduce<Body, Data, unknown, MaybeRefOrGetter<WithReduce | undefined>>,
): FetchResult<Body, Data, Selected | undefined, Input>
export function useFetch<Body, Data, Selected>(
  url: MaybeRefOrGetter<UrlOption>,
  optionsSource?: MaybeRefOrGetter<ReactiveOptions<FetchOptions<Body, Data, Selected>> | undefined>,
): FetchResult<Body, Data, Selected> {
  const { defaults, isServer } = injectAppContext()
  const read = () => withDefaults(defaults, toValue(optionsSource), 'fetch')
  const observer = observeFetch<Body, Data>(resolveUrl(url), read())
  // While Vue hydrates a page, the first render has to show what the server rendered.
  const server = getCurrentInstance()?.vnode.el ? observer.getServerSnapshot() : undefined
  const refs = new RequestRefs(FETCH_KIND, observer, optionsSource, server)
  // The watcher runs synchronously, so that `execute` right after a change of the URL uses the new URL.
  const mayOptionsChange = mayChange(optionsSource) || mayChange(defaults)
  if (mayChange(url) || mayOptionsChange)
    watch(
      [() => resolveUrl(url), read] as const,
      ([nextUrl, nextOptions]) => observer.setOptions(nextUrl, nextOptions),
      {
        flush: 'sync',
      },
    )
  // `execute` may be called before the hook subscribes, and on a server it never subscribes. Its response still updates
  // the refs.
  observer.onUnownedChange = refs.update
  whileActive(refs, isServer)
  if (mayOptionsChange || read().throwOnError) {
    const { notified } = refs
    throwErrors(
      () => notified.value.status === 'error' && read().throwOnError === true && notified.value.error,
    )
  }
  return lazyRefs(refs, FETCH_NAMES) as FetchResult<Body, Data, Selected> // without `select`, Selected is Data
}
