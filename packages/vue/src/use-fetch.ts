import { type ComputedRef, type MaybeRefOrGetter, getCurrentInstance, shallowRef, toValue, watch } from 'vue'
import type { Reducer } from '@tautline/core'
import {
  type WithCollect,
  type FetchCommands,
  type FetchOptions,
  type FetchSnapshot,
  type FetchBindingObserver,
  type UrlOption,
  observeFetch,
} from '@tautline/core/fetch'
import { mayChange } from './arguments.ts'
import { lazyRefs } from './lazy-refs.ts'
import { whileLive } from './live.ts'
import { injected, withDefaults } from './options-plugin.ts'
import { urlOf } from './url-of.ts'

/** What `useFetch` gives back: each field of the state as a read-only ref, which can be destructured, and the commands. */
export type FetchResult<Body, Data, Selected = Data> = {
  readonly [Field in keyof FetchSnapshot<Selected>]: ComputedRef<FetchSnapshot<Selected>[Field]>
} & FetchCommands<Body, Data>

const LOUD = ['status', 'data', 'error'] as const
const QUIET = ['isFetching', 'response', 'progress', 'staleAt', 'attempt', 'retryAt', 'waitingFor'] as const
const COMMANDS = ['execute', 'refetch', 'abort', 'mutate'] as const

const resultOf = /* @__PURE__ */ lazyRefs<FetchSnapshot<unknown>, FetchCommands<unknown, unknown>>()(
  [...LOUD, ...QUIET],
  COMMANDS,
)

/**
 * A request and its answer, for as long as the component is mounted or the effect scope runs: asked once for all that want the same, kept and validated as
 * HTTP has it, retried where that is safe. `execute` sends what changes something.
 *
 * @param url absolute or relative, http or https, also as a ref or getter; null, undefined or '' stays idle. A function that takes
 * a parameter or is async runs before every attempt
 * @param options may be a ref or getter, or a reactive object
 * @throws TautlineError `bad-option`
 *
 * @example
 * const { data: user, status, refetch } = useFetch(() => `/api/users/${props.id}`, { codec: json(User) })
 * const save = useFetch(() => `/api/users/${props.id}`, { method: 'PUT', enabled: false })
 * await save.execute({ json: { ...user.value, name } })
 */
export function useFetch<Body = unknown, Selected = readonly Body[]>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<WithCollect<FetchOptions<Body, readonly Body[], Selected>>>,
): FetchResult<Body, readonly Body[], Selected>
export function useFetch<Body = unknown, Selected = Body>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<
    FetchOptions<Body, Body, Selected> & { readonly initialData: Body; readonly reduce?: undefined }
  >,
): FetchResult<Body, Body, Selected>
export function useFetch<Body = unknown, Data = Body, Selected = Data>(
  url: MaybeRefOrGetter<UrlOption>,
  options: MaybeRefOrGetter<
    FetchOptions<Body, Data, Selected> & { readonly initialData: Data; readonly reduce: Reducer<Body, Data> }
  >,
): FetchResult<Body, Data, Selected>
export function useFetch<Body = unknown, Data = Body, Selected = Data>(
  url: MaybeRefOrGetter<UrlOption>,
  options?: MaybeRefOrGetter<
    | (Omit<FetchOptions<Body, Data, Selected>, 'initialData'> & {
        readonly initialData?: NoInfer<Data> | undefined
      })
    | undefined
  >,
): FetchResult<Body, Data, Selected | undefined>
export function useFetch<Body, Data, Selected>(
  url: MaybeRefOrGetter<UrlOption>,
  given?: MaybeRefOrGetter<FetchOptions<Body, Data, Selected> | undefined>,
): FetchResult<Body, Data, Selected> {
  const { defaults, server } = injected()
  const read = () => withDefaults(defaults, toValue(given), 'fetch')
  const observer = observeFetch<Body, Data>(urlOf(url), read())
  // What is shown first has to be what the server has rendered.
  let first = isHydrating() ? observer.getServerSnapshot() : undefined
  const told = shallowRef(first ?? observer.getSnapshot())
  const update = () => {
    first = undefined
    told.value = observer.getSnapshot()
  }
  // At once, not before the next render: what is executed after a change of the URL goes to the new one.
  const mayBeOthers = mayChange(given) || mayChange(defaults) || mayChange(defaults?.fetch)
  if (mayChange(url) || mayBeOthers)
    watch([() => urlOf(url), read] as const, ([place, next]) => observer.setOptions(place, next), {
      flush: 'sync',
    })
  // Before it is owned, which on a server it never is, it is told of what `execute` has brought all the same.
  observer.onUnownedChange = update
  whileLive(() => {
    const stop = observer.subscribe(update)
    update()
    return stop
  }, server)
  throwing(told, () => read().throwOnError, mayBeOthers)
  // It is told when something has changed that it shows; what it shows is current.
  const state = () => (told.value === first ? first : observer.getSnapshot())
  return result(observer, state, () => toValue(given)?.select)
}

const isHydrating = (): boolean => !!getCurrentInstance()?.vnode.el

/** A watcher's error goes where those of a render go: to `onErrorCaptured`. */
function throwing(
  told: Readonly<{ value: FetchSnapshot<unknown> }>,
  wished: () => boolean | undefined,
  mayWish: boolean,
): void {
  if (!mayWish && !wished()) return
  watch(
    () => told.value.status === 'error' && wished() === true && told.value.error,
    (error) => {
      if (error) throw error
    },
    { flush: 'sync' },
  )
}

function result<Body, Data, Selected>(
  observer: FetchBindingObserver<Body, Data>,
  current: () => FetchSnapshot<Data | undefined>,
  selection: () => ((data: Data) => Selected) | undefined,
): FetchResult<Body, Data, Selected> {
  const show = (state: FetchSnapshot<unknown>, field: keyof FetchSnapshot<unknown>) => {
    const select = field === 'data' && state.data !== undefined ? selection() : undefined
    return select ? select(state.data as Data) : state[field] // what the snapshot of this observer holds
  }
  // Taking one of the quiet ones is what makes a component render for it alone: docs/decisions/quiet-fields.md.
  const taken = (field: keyof FetchSnapshot<unknown>) => {
    for (const quiet of QUIET) if (quiet === field) observer.track(quiet)
  }
  const source = {
    get value() {
      return current()
    },
  }
  const refs = resultOf(source as never, taken, show, observer)
  return refs as unknown as FetchResult<Body, Data, Selected> // without `select`, Selected is Data
}
