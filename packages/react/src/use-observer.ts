import { useState, useSyncExternalStore } from 'react'
import type { Observer, Snapshot, UrlOption } from '@tautline/core'
import { useCommitEffect } from './commit-effect.ts'
import { useDefaults } from './options-context.ts'

/** An observer whose URL and options the hook can replace. */
interface BindingObserver<Data, Options> extends Observer<never, Data> {
  setOptions(url: UrlOption, options: Options): void
}

/** The result of a hook: the state of the connection, and commands that are the same functions in every render. */
export type Observed<Data> = Snapshot<Data> & Pick<Observer<never, Data>, 'open' | 'close' | 'reconnect'>

/**
 * Connects a component to a shared connection. The component subscribes after React has committed it, which opens the
 * connection, and unsubscribes when it unmounts.
 *
 * @param create creates the observer, in the first render only
 */
export function useObserver<
  Data,
  Selected,
  Options extends { readonly select?: ((data: Data) => Selected) | undefined },
  ObserverType extends BindingObserver<Data, Options>,
>(
  create: (url: UrlOption, options: Options) => ObserverType,
  url: UrlOption,
  given: Options | undefined,
): [ObserverType, Observed<Selected>] {
  const options = useDefaults(given)
  const [observer] = useState(() => create(url, options))
  // This effect runs before the one that subscribes, so the connection opens with the newest options.
  useCommitEffect(() => observer.setOptions(url, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  // The observer gets new arguments only after the commit. If they mean another connection, this render must not show
  // the old connection's data.
  const snapshot = observer.preview(url, options) ?? stored
  const result = {
    ...snapshot,
    data: options.select ? options.select(snapshot.data) : snapshot.data,
    // A component that has read one of these fields also renders when only that field changes
    // (docs/decisions/quiet-fields.md).
    get attempt() {
      observer.track('attempt')
      return snapshot.attempt
    },
    get latency() {
      observer.track('latency')
      return snapshot.latency
    },
    get lastEventId() {
      observer.track('lastEventId')
      return snapshot.lastEventId
    },
    get cursor() {
      observer.track('cursor')
      return snapshot.cursor
    },
    open: observer.open,
    close: observer.close,
    reconnect: observer.reconnect,
  }
  return [observer, result as Observed<Selected>] // without `select`, Selected is Data
}
