import {
  type ComputedRef,
  type MaybeRef,
  type MaybeRefOrGetter,
  type ShallowUnwrapRef,
  computed,
  getCurrentInstance,
  toValue,
  watch,
} from 'vue'
import {
  type AnyFetchOptions,
  type BodyCodec,
  type FetchListObserver,
  type FetchRequest,
  type ListedData,
  type ListedRequest,
  type TypeAt,
  type TypeList,
  observeFetches,
} from '@tautline/core/fetch'
import { mayChange } from './arguments.ts'
import type { FetchResult } from './fetch-result.ts'
import { type DefaultsSource, injectAppContext, withDefaults } from './options-plugin.ts'
import type { ReactiveOptions } from './reactive-options.ts'
import { ListedResults } from './listed-results.ts'
import { resolveUrl } from './resolve-url.ts'
import { throwErrors } from './throw-errors.ts'
import { type Activity, whileActive } from './while-active.ts'

/** A request as a component gives it: every option, and the URL, may be a ref or getter. */
type GivenRequest = ReactiveOptions<Omit<FetchRequest, 'url'>> & {
  readonly url: MaybeRefOrGetter<FetchRequest['url']>
}

/** Any request, from which one part of its type is inferred. */
type AnyRequest = { readonly [Name in keyof Omit<FetchRequest, 'url'>]?: unknown } & {
  readonly url: MaybeRefOrGetter<FetchRequest['url']>
}

/** The requests of `useFetches`: their types are inferred from `codec`, `select` and `initialData` of each. */
type ReactiveRequests<Bodies, Selected, Initial> = {
  readonly [Index in keyof Bodies]: AnyRequest & {
    readonly codec?: MaybeRefOrGetter<BodyCodec<Bodies[Index]> | undefined>
  }
} & {
  readonly [Index in keyof Initial]: AnyRequest & { readonly initialData?: MaybeRef<Initial[Index]> }
} & {
  readonly [Index in keyof Selected]: ReactiveOptions<
    Omit<FetchRequest<TypeAt<Bodies, Index>, Selected[Index]>, 'url'>
  > & { readonly url: MaybeRefOrGetter<FetchRequest['url']> }
}

/** The results of `useFetches`, in the order of the requests: current values instead of refs, and commands. */
export type FetchResults<Bodies, Selected, Initial> = {
  readonly [Index in keyof Bodies]: ShallowUnwrapRef<
    FetchResult<
      Bodies[Index],
      Bodies[Index],
      ListedData<Bodies[Index], TypeAt<Selected, Index>, TypeAt<Initial, Index>>
    >
  >
}

/**
 * Several HTTP requests. Each one is an ordinary request with the options of `useFetch`, except `reduce`, and has the
 * fields and commands of `useFetch`. A field is a value, so read it from the result where it is used.
 *
 * The list may change its length and order. A request that stays in the list keeps its state, wherever it is: it is
 * known by its method, URL, headers, `query`, `json` and `key`. If several have the same and functions that are created
 * in the getter, give each its own `key`.
 *
 * @param source a list, or a ref or getter of it; URLs and options in it may be refs and getters
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const users = useFetches(() => props.ids.map((id) => ({ url: `/api/users/${id}`, codec: json(User) })))
 * const names = computed(() => users.value.map(({ data }) => data?.name))
 */
export function useFetches<
  Bodies extends TypeList = readonly unknown[],
  Selected extends TypeList = readonly unknown[],
  Initial extends TypeList = readonly unknown[],
>(
  source: MaybeRefOrGetter<ReactiveRequests<Bodies, Selected, Initial>>,
): ComputedRef<FetchResults<Bodies, Selected, Initial>>
export function useFetches(source: MaybeRefOrGetter<object>): unknown {
  const { defaults, isServer } = injectAppContext()
  const given = () => Array.from(toValue(source) as readonly GivenRequest[]) // with the types above
  const read = () => given().map((request) => toListed(request, defaults))
  const observer = observeFetches(read())
  const shown = new ListedResults()
  const apply = (requests: readonly ListedRequest[]) => {
    const plan = observer.plan(requests)
    shown.setOptions(plan)
    observer.apply(plan)
    shown.show(plan)
  }
  apply(read())
  const update = () => shown.update(observer.getSnapshot())
  // While Vue hydrates a page, the first render has to show what the server rendered.
  const isHydrating = !!getCurrentInstance()?.vnode.el
  shown.update(observer.getSnapshot(), isHydrating ? observer.getServerSnapshot() : undefined)
  const mayItemChange = (request: GivenRequest) => mayChange(request) || mayChange(request.url)
  // The watcher runs synchronously, so that a command right after a change of the list uses the new one.
  if (mayChange(source) || mayChange(defaults) || given().some(mayItemChange))
    watch(
      read,
      (requests) => {
        apply(requests)
        update()
      },
      { flush: 'sync' },
    )
  observer.onUnownedChange = update
  whileActive(createSubscription(observer, update), isServer)
  throwErrors(() => shown.thrownError)
  return computed(() => shown.value)
}

function createSubscription(
  { subscribe }: Pick<FetchListObserver, 'subscribe'>,
  update: () => void,
): Activity {
  let unsubscribe: (() => void) | undefined
  return {
    start() {
      if (unsubscribe) return
      unsubscribe = subscribe(update)
      update()
    },
    stop() {
      unsubscribe?.()
      unsubscribe = undefined
    },
  }
}

function toListed({ url, ...own }: GivenRequest, defaults: DefaultsSource): ListedRequest {
  return { url: resolveUrl(url), options: withDefaults<AnyFetchOptions>(defaults, own, 'fetch') }
}
