import { useState, useSyncExternalStore } from 'react'
import type { Observer, Snapshot, UrlOption } from '@tautline/core'
import { useCommitEffect } from './commit-effect.ts'
import { useDefaults } from './options-context.ts'

/** An observer as its factory makes it. */
interface Hosted<Data, Options> extends Observer<never, Data> {
  setOptions(url: UrlOption, options: Options): void
}

/** What every hook gives back: the snapshot, and the commands, whose identity never changes. */
export type Observed<Data> = Snapshot<Data> & Pick<Observer<never, Data>, 'open' | 'close' | 'reconnect'>

/** One component's share in a connection: it opens after the commit, and goes with the component. */
export function useObserver<
  Data,
  Selected,
  Options extends { readonly select?: ((data: Data) => Selected) | undefined },
  Of extends Hosted<Data, Options>,
>(
  create: (url: UrlOption, options: Options) => Of,
  url: UrlOption,
  given: Options | undefined,
): [Of, Observed<Selected>] {
  const options = useDefaults(given)
  const [observer] = useState(() => create(url, options))
  // Runs before the subscription, which then opens with the newest options.
  useCommitEffect(() => observer.setOptions(url, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  // A render for another connection is committed before the observer hears of it: nothing of the old one stands in it.
  const snapshot = observer.preview(url, options) ?? stored
  const result = {
    ...snapshot,
    data: options.select ? options.select(snapshot.data) : snapshot.data,
    // Reading them is what makes a component render for them alone: docs/decisions/quiet-fields.md.
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
