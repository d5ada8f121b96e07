import { useState, useSyncExternalStore } from 'react'
import type { Observer, Snapshot, UrlOption } from '@tautline/core'
import { useCommitEffect } from './commit-effect.ts'
import { useDefaults } from './options-context.ts'

/** An observer as its factory makes it. */
interface Hosted<Data, Options> extends Observer<never, Snapshot<Data>> {
  setOptions(url: UrlOption, options: Options): void
}

/** What every hook gives back: the snapshot, and the commands, whose identity never changes. */
export type Observed<Shown> = Shown & Pick<Observer<never>, 'open' | 'close' | 'reconnect'>

type TrackedField = Parameters<Observer<never>['track']>[0]
const TRACKED_FIELDS: readonly TrackedField[] = ['attempt', 'latency', 'lastEventId', 'cursor']

/**
 * One component's share in a connection: it opens after the commit, and goes with the component.
 * `Shown` is the snapshot of the protocol, with what `select` gives as its data.
 */
export function useObserver<
  Data,
  Options extends { readonly select?: ((data: Data) => unknown) | undefined },
  Of extends Hosted<Data, Options>,
  Shown extends Snapshot<unknown>,
>(
  create: (url: UrlOption, options: Options) => Of,
  url: UrlOption,
  given: Options | undefined,
): [Of, Observed<Shown>] {
  const options = useDefaults(given)
  const [observer] = useState(() => create(url, options))
  // This effect runs before the one that subscribes, so the connection opens with the newest options.
  useCommitEffect(() => observer.setOptions(url, options))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  // The observer gets new arguments only after the commit. If they mean another connection, this render must not show
  // the old connection's data.
  const snapshot = observer.preview(url, options) ?? stored
  const result: object = {
    ...snapshot,
    data: options.select ? options.select(snapshot.data) : snapshot.data,
    open: observer.open,
    close: observer.close,
    reconnect: observer.reconnect,
  }
  trackReads(result, observer)
  return [observer, result as Observed<Shown>] // the observer's own fields, and without `select` its own data
}

/** Reading one of these fields is what makes a component render for it alone: docs/decisions/tracked-fields.md. */
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
