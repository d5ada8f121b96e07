import { useSyncExternalStore } from 'react'
import type { Observer, Snapshot, UrlOption } from '@tautline/core'
import { useCommitEffect } from './commit-effect.ts'
import { useDefaults } from './options-context.ts'
import { type ResultKind, createResult } from './result.ts'
import { useOnce } from './use-once.ts'

/** An observer with the `setOptions` of its protocol. `Target` is the first argument of the hook, such as the URL. */
interface ProtocolObserver<Data, Options, Target> extends Omit<
  Observer<never, Snapshot<Data>>,
  'preview' | 'on'
> {
  setOptions(target: Target, options: Options): void
  preview(target: Target, options: object): Snapshot<Data> | undefined
}

/** The result of a hook: the snapshot, and commands that are the same functions in every render. */
export type Observed<Shown> = Shown & Pick<Observer<never>, 'open' | 'close' | 'reconnect'>

const TRACKED: readonly Parameters<Observer<never>['track']>[0][] = [
  'attempt',
  'latency',
  'lastEventId',
  'cursor',
  'transport',
  'unconfirmed',
]
const KIND: ResultKind = { tracked: TRACKED, commands: ['open', 'close', 'reconnect', 'send'] }

/**
 * Subscribes the component to an observer, from the commit until it unmounts. `Result` has the snapshot of the protocol,
 * with the selected data, and the commands of the observer.
 */
export function useObserver<
  Data,
  Options extends { readonly select?: ((data: never) => unknown) | undefined },
  Target = UrlOption,
>(
  create: (target: Target, options: Options) => ProtocolObserver<Data, Options, Target>,
  target: Target,
  ownOptions: Options | undefined,
): object {
  const options = useDefaults(ownOptions)
  const observer = useOnce(() => create(target, options))
  // This effect runs before the one that subscribes, so the connection opens with the newest options.
  useCommitEffect(() => observer.setOptions(target, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  // The observer gets new arguments only after the commit. If they name another connection, this render must not show
  // the data of the old one.
  const snapshot = observer.preview(target, options) ?? stored
  // With `collect()`, the type of its data is that of the shown list.
  const data = options.select ? observer.select(options.select, snapshot.data as never) : snapshot.data
  return createResult(KIND, observer, snapshot, data)
}
