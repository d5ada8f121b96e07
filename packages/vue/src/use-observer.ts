import { type ComputedRef, type MaybeRefOrGetter, type ShallowRef, shallowRef, toValue, watch } from 'vue'
import type { Observer, Snapshot, UrlOption } from '@tautline/core'
import { mayChange } from './arguments.ts'
import { lazyRefs } from './lazy-refs.ts'
import { injectAppContext, withDefaults } from './options-plugin.ts'
import { resolveUrl } from './resolve-url.ts'
import { whileActive } from './while-active.ts'

/** An observer as its factory makes it. */
interface Hosted<Data, Options> extends Observer<never, Snapshot<Data>> {
  setOptions(url: UrlOption, options: Options): void
}

/** What every hook gives back: each field of the snapshot as a read-only ref, and the commands. */
export type Observed<Shown> = {
  // With `& string` it is one object, and not one for each status.
  readonly [Field in keyof Shown & string]: ComputedRef<Shown[Field]>
} & Pick<Observer<never>, 'open' | 'close' | 'reconnect'>

type TrackedField = Parameters<Observer<never>['track']>[0]

/** Taking one of these is what makes a component render for it alone: docs/decisions/tracked-fields.md. */
const isTracked = (field: string): field is TrackedField =>
  field === 'attempt' || field === 'latency' || field === 'lastEventId' || field === 'cursor'

/**
 * One component's, or one effect scope's, share in a connection.
 * `Shown` is the snapshot of the protocol, with what `select` gives as its data.
 */
export function useObserver<
  Data,
  Options extends { readonly select?: ((data: Data) => unknown) | undefined },
  Of extends Hosted<Data, Options>,
  Shown extends Snapshot<unknown>,
>(
  create: (url: UrlOption, options: Options) => Of,
  url: MaybeRefOrGetter<UrlOption>,
  given: MaybeRefOrGetter<Options | undefined>,
): [Of, Observed<Shown>] {
  const { defaults, isServer } = injectAppContext()
  const currentOptions = () => withDefaults(defaults, toValue(given))
  const observer = create(resolveUrl(url), currentOptions())
  const snapshot = shallowRef(observer.getServerSnapshot())
  const update = () => void (snapshot.value = observer.getSnapshot())
  // The watcher runs synchronously, so that a message which is sent right after a change of the URL goes to the new
  // URL.
  if (mayChange(url) || mayChange(given) || mayChange(defaults)) {
    watch(
      [() => resolveUrl(url), currentOptions] as const,
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
  const refs = refsOf(observer, snapshot, () => toValue(given)?.select)
  const { open, close, reconnect } = observer
  return [observer, Object.assign(refs, { open, close, reconnect }) as Observed<Shown>] // a ref for each field; without `select` the data is its own
}

/** A ref for each field of the snapshot, those of the protocol included. */
function refsOf<Data>(
  observer: Observer<never, Snapshot<Data>>,
  snapshot: ShallowRef<Snapshot<Data>>,
  selection: () => ((data: Data) => unknown) | undefined,
): object {
  const fields = Object.keys(observer.getServerSnapshot()) as (keyof Snapshot<Data>)[] // and those of the protocol, of which nothing is known here
  const track = (field: string) => {
    if (isTracked(field)) observer.track(field)
  }
  const read = (state: Snapshot<Data>, field: keyof Snapshot<Data>) => {
    const select = field === 'data' ? selection() : undefined
    return select ? select(state.data) : state[field]
  }
  return lazyRefs<Snapshot<Data>>()(fields)(snapshot, track, read)
}
