import type { EntryObserverLike, StoredEntry } from '../cache/types.ts'
import { type DecodedData, applyOptimisticUpdate } from '../cache/optimistic-data.ts'
import { type RequestKey, isSameRequestKey, isSameSource } from '../request/request-key.ts'
import type { MutateOptions, RollBack } from '../types.ts'
import type { EntryObserver } from './entry-observer.ts'
import type { ReducedData } from './reduced-data.ts'

type Change = (data: unknown) => unknown
type Mutation = [commit: () => void, rollBack: () => void, reached: number]

/** Applies an optimistic update and returns a function that rolls it back. */
export function mutate(observer: EntryObserver, update: unknown, { rollback }: MutateOptions = {}): RollBack {
  observer.forgetIfLoggedOut()
  const change = typeof update === 'function' ? (update as Change) : () => update
  const [commit, rollBack, reached] = observer.reduced
    ? mutateReduced(observer, observer.reduced, change)
    : mutateCached(observer, change, rollback === undefined)
  rollback?.then(commit, rollBack)
  return Object.assign(rollBack, { reached })
}

function mutateReduced(observer: EntryObserver, reduced: ReducedData, change: Change): Mutation {
  const revert = reduced.change(change)
  observer.notify(false)
  return [
    () => {},
    () => {
      revert()
      observer.notify(false)
    },
    1,
  ]
}

function mutateCached(observer: EntryObserver, change: Change, isImmediate: boolean): Mutation {
  // A client that only changes the data of others requests nothing.
  const own = observer.subscribeToEntry(observer.shown.key?.kind === 'static')
  if (!own) return [() => {}, () => {}, 0]
  const { retained, options } = observer
  const { codec } = options
  const others = findOtherEntries(observer, own)
  // With functions, two entries may belong to two users.
  const [twin, another] = others.filter(
    (entry) =>
      own.requester === undefined &&
      entry.cached.exists &&
      [...entry.observers].some((other) => isSameRequestKey(other.source.key, observer.shown.key)),
  )
  const shared = another ? undefined : twin?.cached.decodedBy(codec)
  let decoded = observer.decoded ?? retained?.decoded ?? own.cached.decodedBy(codec)
  if (!decoded && !shared) {
    const first = change(observer.initial)
    // An update that returns nothing before there are data changes nothing.
    if (first === undefined) return [() => {}, () => {}, 0]
    decoded = own.cached.setInitialData(codec, observer.initial)
    change = () => first
  }
  const mutations: Mutation[] = []
  try {
    if (decoded) mutations.push(mutateEntry(observer, own, decoded, change, isImmediate))
    if (twin && shared) mutations.push(mutateEntry(observer, twin, shared, change, isImmediate))
  } catch (error) {
    for (const [, rollBack] of mutations) rollBack()
    throw error
  }
  for (const other of others) if (other !== twin || !shared) other.invalidate(true)
  if (!observer.hasListeners) own.removeObserver(observer)
  return [
    () => mutations.forEach(([commit]) => commit()),
    () => mutations.forEach(([, rollBack]) => rollBack()),
    mutations.reduce((sum, [, , reached]) => sum + reached, 0),
  ]
}

/** Applies an update to the data that one codec has decoded from an entry. */
function mutateEntry(
  observer: EntryObserver,
  entry: StoredEntry,
  decoded: DecodedData,
  change: Change,
  isImmediate: boolean,
): Mutation {
  const { environment, retained, shown } = observer
  const isOwn = entry === observer.entry
  const { commit, rollBack } = applyOptimisticUpdate(decoded, change, (error) =>
    environment.reportError(error),
  )
  // Retained data are a copy for this observer alone.
  if (isOwn && decoded !== retained?.decoded) {
    observer.decoded = decoded
    observer.maySeeCached = true
  }
  if (isImmediate) commit()
  const notify = () => {
    entry.notifyObservers(false)
    // The interval may depend on the data.
    entry.updateRefetchTimers()
  }
  // A request in flight may return data from before the update.
  entry.refetch(false)
  notify()
  const showsOther = ({ decoded: shownDecoded }: EntryObserverLike) =>
    shownDecoded && shownDecoded !== decoded
  if ([...entry.observers].some(showsOther)) entry.invalidate(true)
  const settle = (isCurrent: boolean) => {
    if (!isCurrent || entry.cached.isRefetchDeferred) entry.invalidate(true)
    notify()
  }
  return [
    () => {
      const isCurrent = commit()
      // The observer has moved to the entry of another user or token, which does not include the change.
      const hasMoved =
        isOwn && observer.decoded !== decoded && isSameRequestKey(shown.key, observer.shown.key)
      if (isCurrent && hasMoved) observer.entry?.invalidate(true)
      settle(isCurrent)
    },
    () => settle(rollBack()),
    [...entry.observers].filter(
      (other) =>
        other.decoded === decoded && !other.options.reduce && (other !== observer || observer.hasListeners),
    ).length,
  ]
}

/** The key without its method. Before it, a codec of bytes has a mark. */
const withoutMethod = (key: RequestKey | undefined) => key?.key.replace(/^.*/, '')

/** Returns the other entries with components that make the same request: by functions, or with a codec of bytes. */
function findOtherEntries({ source, shouldFetchAlone }: EntryObserver, own: StoredEntry): StoredEntry[] {
  if (shouldFetchAlone || own.keyKind === 'unshared') return []
  const isSame = (other: EntryObserverLike) =>
    withoutMethod(other.source.key) === withoutMethod(source.key) && isSameSource(other.source, source)
  return own.context.store
    .all()
    .filter(
      (entry) =>
        entry !== own &&
        entry.keyKind !== 'unshared' &&
        (own.requester ?? entry.requester) === entry.requester &&
        [...entry.observers].some(isSame),
    )
}
