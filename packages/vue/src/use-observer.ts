import { type ComputedRef, type MaybeRefOrGetter, toValue, watch } from 'vue'
import type { Observer, Snapshot } from '@tautline/core'
import { mayChange, toPlainData } from './arguments.ts'
import { type ResultKind, lazyRefs } from './lazy-refs.ts'
import { ObservedRefs } from './observed-refs.ts'
import { injectAppContext, withDefaults } from './options-plugin.ts'
import type { ReactiveOptions } from './reactive-options.ts'
import { whileActive } from './while-active.ts'

/** An observer with the `setOptions` of its protocol. `Target` is the first argument of the hook, such as the URL. */
interface ProtocolObserver<Data, Options, Target> extends Omit<
  Observer<never, Snapshot<Data>>,
  'preview' | 'on'
> {
  addListener(listener: () => void): () => void
  currentSnapshot(): Snapshot<Data>
  setOptions(target: Target, options: Options): void
}

/** The result of a hook: a read-only ref for each field of the snapshot, and commands. */
export type Observed<Shown> = {
  // `& string` makes it one object type instead of a union with one for each status.
  readonly [Field in keyof Shown & string]: ComputedRef<Shown[Field]>
} & Pick<Observer<never>, 'open' | 'close' | 'reconnect'>

const TRACKED: readonly Parameters<Observer<never>['track']>[0][] = [
  'attempt',
  'latency',
  'lastEventId',
  'cursor',
  'transport',
  'unconfirmed',
]
const KIND: ResultKind<object> = {
  tracked: TRACKED,
  commands: ['open', 'close', 'reconnect'],
  create: {
    send(observer) {
      const { send } = observer as { send(message: unknown, options?: object): unknown } // only such have this name
      return (message: unknown, options?: object) => send(toPlainData(message), options)
    },
  },
  selectsUndefined: true,
}
const COMMANDS = ['open', 'close', 'reconnect', 'send']

/**
 * Subscribes a component or an effect scope to an observer while it is active. `Result` has a ref for each field of the
 * snapshot, with the selected data, and the commands of the observer.
 *
 * @param resolve reads the first argument from a ref or a getter
 */
export function useObserver<
  Data,
  Options extends { readonly select?: ((data: never) => unknown) | undefined },
  Target,
>(
  create: (target: Target, options: Options) => ProtocolObserver<Data, Options, Target>,
  source: MaybeRefOrGetter<Target>,
  resolve: (source: MaybeRefOrGetter<Target>) => Target,
  optionsSource: MaybeRefOrGetter<ReactiveOptions<Options> | undefined>,
): object {
  const { defaults, isServer } = injectAppContext()
  const currentOptions = () => withDefaults(defaults, toValue(optionsSource))
  const observer = create(resolve(source), currentOptions())
  const first = observer.getServerSnapshot()
  const refs = new ObservedRefs(KIND, observer, optionsSource, first)
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
  whileActive(refs, isServer)
  const names = Object.keys(first).concat(COMMANDS.filter((name) => name in observer))
  return lazyRefs(refs, names)
}
