import {
  type ComputedRef,
  type MaybeRefOrGetter,
  type ShallowRef,
  shallowRef,
  toValue,
  unref,
  watch,
} from 'vue'
import type { Observer, Snapshot } from '@tautline/core'
import { mayChange } from './arguments.ts'
import { lazyRefs } from './lazy-refs.ts'
import { injectAppContext, withDefaults } from './options-plugin.ts'
import type { ReactiveOptions } from './reactive-options.ts'
import { whileActive } from './while-active.ts'

/** An observer with the `setOptions` of its protocol. `Target` is the first argument of the hook, such as the URL. */
interface ProtocolObserver<Data, Options, Target> extends Omit<
  Observer<never, Snapshot<Data>>,
  'preview' | 'on'
> {
  setOptions(target: Target, options: Options): void
}

/** The result of a hook: a read-only ref for each field of the snapshot, and commands. */
export type Observed<Shown> = {
  // `& string` makes it one object type instead of a union with one for each status.
  readonly [Field in keyof Shown & string]: ComputedRef<Shown[Field]>
} & Pick<Observer<never>, 'open' | 'close' | 'reconnect'>

type TrackedField = Parameters<Observer<never>['track']>[0]

/** Whether a change of this field alone notifies only if it has been read (docs/decisions/tracked-fields.md). */
const isTracked = (field: string): field is TrackedField =>
  /^(attempt|latency|lastEventId|cursor|transport|unconfirmed)$/.test(field)

/**
 * Subscribes a component or an effect scope to an observer while it is active. `Shown` is the snapshot of the protocol,
 * with the selected data.
 *
 * @param resolve reads the first argument from a ref or a getter
 */
export function useObserver<
  Data,
  Options extends { readonly select?: ((data: never) => unknown) | undefined },
  OwnObserver extends ProtocolObserver<Data, Options, Target>,
  Shown extends Snapshot<unknown>,
  Target,
>(
  create: (target: Target, options: Options) => OwnObserver,
  source: MaybeRefOrGetter<Target>,
  resolve: (source: MaybeRefOrGetter<Target>) => Target,
  optionsSource: MaybeRefOrGetter<ReactiveOptions<Options> | undefined>,
): [OwnObserver, Observed<Shown>] {
  const { defaults, isServer } = injectAppContext()
  const currentOptions = () => withDefaults(defaults, toValue(optionsSource))
  const observer = create(resolve(source), currentOptions())
  const snapshot = shallowRef(observer.getServerSnapshot())
  const update = () => void (snapshot.value = observer.getSnapshot())
  // The watcher runs synchronously, so that `send` right after a change of the URL uses the new URL.
  if (mayChange(source) || mayChange(optionsSource) || mayChange(defaults)) {
    watch(
      [() => resolve(source), currentOptions] as const,
      ([target, options]) => observer.setOptions(target, options),
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
  const refs = createRefs(observer, snapshot, () => unref(toValue(optionsSource)?.select))
  const { open, close, reconnect } = observer
  // A ref for each field. Without `select`, the data of `Shown` are the observer's.
  return [observer, Object.assign(refs, { open, close, reconnect }) as Observed<Shown>]
}

/** Creates a ref for each field of the snapshot, including those of the protocol. */
function createRefs<Data>(
  observer: Omit<Observer<never, Snapshot<Data>>, 'preview' | 'on'>,
  snapshot: ShallowRef<Snapshot<Data>>,
  currentSelect: () => ((data: never) => unknown) | undefined,
): object {
  return lazyRefs(Object.keys(observer.getServerSnapshot()), {
    state: snapshot,
    read(state, field) {
      const select = field === 'data' ? currentSelect() : undefined
      // With `collect()`, the type of its data is that of the shown list.
      return select ? observer.select(select, state.data as never) : state[field]
    },
    onFirstAccess(field: string) {
      if (isTracked(field)) observer.track(field)
    },
  })
}
