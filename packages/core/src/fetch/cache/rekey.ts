import type { TautlineError } from '../../shared/errors.ts'
import type { ObserverSource, EntryObserverLike, StoredEntry, EntryRequest } from './types.ts'
import { isSameRequestKey, isSameSource, createUniqueKey } from '../request/request-key.ts'
import { parseVary } from './freshness.ts'
import { hasUserKey, isCredentialHeader, isIgnoredHeader } from '../../http/request-options.ts'

/** Stands for the same as what was asked: what functions say to this one, they say to that one too. */
const isForSameRequest = (one: ObserverSource, source: ObserverSource | undefined): boolean =>
  source !== undefined &&
  isSameRequestKey(one.key, source.key) &&
  (one.initiator === source.initiator || isSameSource(one, source))

/**
 * Takes those who ask alike to the entry by which their response is known. The request goes along, unless a response is there or on its way.
 * Others, who may be other users, stay, and ask for themselves.
 *
 * @returns where what is sent now belongs; undefined: it need not be sent
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
    : movingObservers.length > 0 && !other.request && other.needsFetch
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

/** Whoever is left behind has no request any more, and may want one. */
function resumeRemaining(entry: StoredEntry): void {
  if (entry.pending.size > 0) entry.startRequest(entry.pending.lastSource)
  for (const observer of entry.observers) entry.fetchIfNeeded(observer)
  entry.updateRefetchTimers()
  entry.notifyObservers(false)
  entry.releaseIfUnused()
}

/**
 * A response that depends on headers which are no part of its key (RFC 9111, section 4.1) belongs to the hook that has asked for it alone. All others
 * ask for themselves, now and from then on.
 */
export function applyVary(
  entry: StoredEntry,
  { resolvedSource }: EntryRequest,
  vary: string | null | undefined,
): void {
  const { options, initiator } = resolvedSource ?? entry.primarySource()
  const isOutsideKey = (name: string) =>
    // A `key` is the user's own word on whose credentials are whose.
    isIgnoredHeader(name, options) && !(hasUserKey(options) && isCredentialHeader(name))
  // `Vary: *` never matches another request.
  const mayBeShared = vary ? parseVary(vary)?.some(isOutsideKey) === false : true
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

/** What the response depends on that is told of by an error. */
export const varyOfError = (error: TautlineError | undefined): string | null | undefined =>
  error?.code === 'http' ? error.headers?.get('vary') : undefined
