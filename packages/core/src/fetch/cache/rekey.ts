import type { ObserverSource, EntryObserverLike, StoredEntry, EntryRequest } from './types.ts'
import { isSameRequestKey, isSameSource, createUniqueKey } from '../request/request-key.ts'
import { parseVary } from './freshness.ts'
import { isOutsideKey } from '../../http/request-options.ts'

/** Whether both sources make the same request: same key, and the same functions return their other parts. */
const isForSameRequest = (one: ObserverSource, source: ObserverSource | undefined): boolean =>
  source !== undefined &&
  isSameRequestKey(one.key, source.key) &&
  (one.initiator === source.initiator || isSameSource(one, source))

/**
 * Moves the observers of the same request to the entry with its final key. The request moves too, unless that entry has
 * a response or a request. Other observers may be other users: they stay and send a request of their own.
 *
 * @returns the entry to which the request belongs now; undefined if it is not needed
 */
export function moveMatchingObservers(
  entry: StoredEntry,
  request: EntryRequest,
  other: StoredEntry,
): StoredEntry | undefined {
  const { resolvedSource } = request
  const movingObservers = [...entry.observers].filter((observer) =>
    isForSameRequest(observer.source, resolvedSource),
  )
  entry.request = undefined
  const hasMovedPromises = other.pending.takeOver(entry.pending, ({ source }) =>
    isForSameRequest(source, resolvedSource),
  )
  const shouldAdopt = hasMovedPromises
    ? other.discardOutdatedRequest()
    : !other.request && movingObservers.some((observer) => other.needsFetch(observer.options))
  if (shouldAdopt) other.adoptRequest(request)
  else request.abort()
  for (const observer of movingObservers) moveObserver(observer, entry, other)
  if (request.rejectedCredentials && entry.observers.size === 0) entry.isEvicted = true
  resumeRemaining(entry)
  other.updateRefetchTimers()
  other.notifyObservers(false)
  return shouldAdopt ? other : undefined
}

function moveObserver(observer: EntryObserverLike, entry: StoredEntry, other: StoredEntry): void {
  if (!entry.observers.delete(observer)) return
  if (entry.observers.size === 0) entry.context.retain(-1)
  const { hasAborted } = observer
  observer.attachTo(other)
  observer.hasAborted = hasAborted
}

/** Starts a request for the observers and promises that did not move. */
function resumeRemaining(entry: StoredEntry): void {
  if (entry.pending.size > 0) entry.startRequest(entry.pending.lastSource)
  for (const observer of entry.observers) entry.fetchIfNeeded(observer)
  entry.updateRefetchTimers()
  entry.notifyObservers(false)
  entry.releaseIfUnused()
}

/**
 * Checks whether a response varies by headers that are not in its key (RFC 9111, section 4.1). If so, it is only for
 * the observer that requested it; all others send requests of their own from now on.
 */
export function applyVary(
  entry: StoredEntry,
  { resolvedSource }: EntryRequest,
  vary: string | null | undefined,
): void {
  const { options, initiator } = resolvedSource ?? entry.primarySource()
  // `Vary: *` never matches another request.
  const mayBeShared = vary ? parseVary(vary)?.some((name) => isOutsideKey(name, options)) === false : true
  if (entry.resolvedKey === undefined || mayBeShared) return
  entry.context.markUnshared(entry.resolvedKey)
  if (entry.keyKind === 'unshared') return
  entry.keyKind = 'unshared'
  entry.soleObserver = initiator
  entry.rekey(createUniqueKey())
  for (const observer of new Set([...entry.observers, ...entry.pending.observers])) {
    if (observer === initiator) continue
    const ownEntry = entry.createSibling(entry.resolvedKey, entry.requester ?? '', false)
    ownEntry.soleObserver = observer
    ownEntry.pending.takeOver(entry.pending, (promise) => promise.observer === observer)
    moveObserver(observer, entry, ownEntry)
    if (ownEntry.pending.size > 0) ownEntry.refetch(true, ownEntry.pending.lastSource)
  }
}
