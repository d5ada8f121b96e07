import { type ComputedRef, type MaybeRefOrGetter, computed, shallowRef, toValue, watch } from 'vue'
import type { Observer, Snapshot, UrlOption } from '@tautline/core'
import { mayChange } from './arguments.ts'
import { lazyRefs } from './lazy-refs.ts'
import { whileLive } from './live.ts'
import { injected, withDefaults } from './options-plugin.ts'
import { urlOf } from './url-of.ts'

/** An observer as its factory makes it. */
interface Hosted<Data, Options> extends Observer<never, Data> {
  setOptions(url: UrlOption, options: Options): void
}

/** What every hook gives back: each field of the snapshot as a read-only ref, and the commands. */
export type Observed<Data> = {
  readonly [Field in keyof Snapshot<Data>]: ComputedRef<Snapshot<Data>[Field]>
} & Pick<Observer<never, Data>, 'open' | 'close' | 'reconnect'>

const refsOf = /* @__PURE__ */ lazyRefs<Snapshot<unknown>>()([
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

/** Taking one of these is what makes a component render for it alone: docs/decisions/quiet-fields.md. */
const isQuiet = (field: keyof Snapshot<unknown>) =>
  field === 'attempt' || field === 'latency' || field === 'lastEventId' || field === 'cursor'

/** One component's, or one effect scope's, share in a connection. */
export function useObserver<
  Data,
  Selected,
  Options extends { readonly select?: ((data: Data) => Selected) | undefined },
  Of extends Hosted<Data, Options>,
>(
  create: (url: UrlOption, options: Options) => Of,
  url: MaybeRefOrGetter<UrlOption>,
  given: MaybeRefOrGetter<Options | undefined>,
): [Of, Observed<Selected>] {
  const { defaults, server } = injected()
  const read = () => withDefaults(defaults, toValue(given))
  const observer = create(urlOf(url), read())
  const snapshot = shallowRef(observer.getServerSnapshot())
  const update = () => void (snapshot.value = observer.getSnapshot())
  // At once, not before the next render: what is sent after a change of the URL goes to the new one.
  if (mayChange(url) || mayChange(given) || mayChange(defaults)) {
    watch([() => urlOf(url), read] as const, ([place, options]) => observer.setOptions(place, options), {
      flush: 'sync',
    })
  }
  whileLive(() => {
    const stop = observer.subscribe(update)
    update()
    return stop
  }, server)
  const data = computed(() => {
    const select = toValue(given)?.select
    return select ? select(snapshot.value.data) : snapshot.value.data
  })
  const refs = refsOf(snapshot, (field) => {
    if (isQuiet(field)) observer.track(field)
  })
  const { open, close, reconnect } = observer
  return [observer, Object.assign(refs, { data, open, close, reconnect }) as Observed<Selected>] // without `select`, Selected is Data
}
