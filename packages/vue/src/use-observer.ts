import { type ComputedRef, type MaybeRefOrGetter, computed, shallowRef, toValue, watch } from 'vue'
import type { Observer, Snapshot, UrlOption } from '@tautline/core'
import { mayChange } from './arguments.ts'
import { lazyRefs } from './lazy-refs.ts'
import { injectAppContext, withDefaults } from './options-plugin.ts'
import { resolveUrl } from './resolve-url.ts'
import { whileActive } from './while-active.ts'

/** An observer whose URL and options the hook can replace. */
interface BindingObserver<Data, Options> extends Observer<never, Data> {
  setOptions(url: UrlOption, options: Options): void
}

/** The result of a hook: each field of the connection's state as a read-only ref, and commands. */
export type Observed<Data> = {
  readonly [Field in keyof Snapshot<Data>]: ComputedRef<Snapshot<Data>[Field]>
} & Pick<Observer<never, Data>, 'open' | 'close' | 'reconnect'>

const createRefs = /* @__PURE__ */ lazyRefs<Snapshot<unknown>>()([
  'status',
  'error',
  'attempt',
  'retryAt',
  'waitingFor',
  'latency',
  'lastEventId',
  'cursor',
  'closed',
  'queued',
])

/**
 * Whether a field is tracked: a component that has read it also renders when only that field changes
 * (docs/decisions/quiet-fields.md).
 */
const isTracked = (field: keyof Snapshot<unknown>) =>
  field === 'attempt' || field === 'latency' || field === 'lastEventId' || field === 'cursor'

/**
 * Connects a component or an effect scope to a shared connection. It subscribes when the component is mounted, which
 * opens the connection, and unsubscribes when it is unmounted.
 */
export function useObserver<
  Data,
  Selected,
  Options extends { readonly select?: ((data: Data) => Selected) | undefined },
  ObserverType extends BindingObserver<Data, Options>,
>(
  create: (url: UrlOption, options: Options) => ObserverType,
  url: MaybeRefOrGetter<UrlOption>,
  given: MaybeRefOrGetter<Options | undefined>,
): [ObserverType, Observed<Selected>] {
  const { defaults, isServer } = injectAppContext()
  const read = () => withDefaults(defaults, toValue(given))
  const observer = create(resolveUrl(url), read())
  const snapshot = shallowRef(observer.getServerSnapshot())
  const update = () => void (snapshot.value = observer.getSnapshot())
  // The watcher runs synchronously, so that a message which is sent right after a change of the URL goes to the new
  // URL.
  if (mayChange(url) || mayChange(given) || mayChange(defaults)) {
    watch(
      [() => resolveUrl(url), read] as const,
      ([nextUrl, options]) => observer.setOptions(nextUrl, options),
      {
        flush: 'sync',
      },
    )
  }
  whileActive(() => {
    const stop = observer.subscribe(update)
    update()
    return stop
  }, isServer)
  const data = computed(() => {
    const select = toValue(given)?.select
    return select ? select(snapshot.value.data) : snapshot.value.data
  })
  const refs = createRefs(snapshot, (field) => {
    if (isTracked(field)) observer.track(field)
  })
  const { open, close, reconnect } = observer
  const result = Object.assign(refs, { data, open, close, reconnect })
  return [observer, result as Observed<Selected>] // without `select`, Selected is Data
}
