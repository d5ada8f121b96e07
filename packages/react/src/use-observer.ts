import { useState, useSyncExternalStore } from 'react'
import type { Observer, Snapshot, UrlOption } from '@tautline/core'
import { useCommitEffect } from './commit-effect.ts'
import { useDefaults } from './options-context.ts'

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

type TrackedField = Parameters<Observer<never>['track']>[0]
const TRACKED_FIELDS: readonly TrackedField[] = [
  'attempt',
  'latency',
  'lastEventId',
  'cursor',
  'transport',
  'unconfirmed',
]

/**
 * Subscribes the component to an observer, from the commit until it unmounts. `Shown` is the snapshot of the protocol,
 * with the selected data.
 */
export function useObserver<
  Data,
  Options extends { readonly select?: ((data: never) => unknown) | undefined },
  OwnObserver extends ProtocolObserver<Data, Options, Target>,
  Shown extends Snapshot<unknown>,
  Target = UrlOption,
>(
  create: (target: Target, options: Options) => OwnObserver,
  target: Target,
  ownOptions: Options | undefined,
): [OwnObserver, Observed<Shown>] {
  const options = useDefaults(ownOptions)
  const [observer] = useState(() => create(target, options))
  // This effect runs before the one that subscribes, so the connection opens with the newest options.
  useCommitEffect(() => observer.setOptions(target, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  // The observer gets new arguments only after the commit. If they name another connection, this render must not show
  // the data of the old one.
  const snapshot = observer.preview(target, options) ?? stored
  const result: object = {
    ...snapshot,
    // With `collect()`, the type of its data is that of the shown list.
    data: options.select ? observer.select(options.select, snapshot.data as never) : snapshot.data,
    open: observer.open,
    close: observer.close,
    reconnect: observer.reconnect,
  }
  trackReads(result, observer)
  return [observer, result as Observed<Shown>] // without `select`, the data of `Shown` are the observer's
}

/** Tracks each of these fields once the component reads it (docs/decisions/tracked-fields.md). */
function trackReads(
  result: { readonly [Field in TrackedField]?: unknown },
  observer: Pick<Observer<never>, 'track'>,
): void {
  for (const field of TRACKED_FIELDS) {
    if (!(field in result)) continue
    const value = result[field]
    Object.defineProperty(result, field, {
      get() {
        observer.track(field)
        return value
      },
    })
  }
}
