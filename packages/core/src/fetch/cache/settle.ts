import type { TautlineError } from '../../shared/errors.ts'
import { adoptNewCodecs } from './optimistic-data.ts'
import { isOutage } from '../request/classify-response.ts'
import { applyVary, moveMatchingObservers } from './rekey.ts'
import { invalidateAfterWrite } from './invalidation.ts'
import { isSafe } from '../options.ts'
import type { EntryObserverLike, StoredEntry, EntryRequest } from './types.ts'
import { createUniqueKey, noUrlError } from '../request/request-key.ts'
import type { PendingPromise } from './pending-promises.ts'
import { createUrl } from '../../shared/create-url.ts'
import { isCrossOrigin } from '../../shared/urls.ts'
import { callSafely, forEachLive } from '../../shared/safe-call.ts'

type PendingList = readonly PendingPromise<EntryObserverLike, StoredEntry>[]

/** Stores the response or error of a request that has ended. */
export function settleEntry(
  entry: StoredEntry,
  request: EntryRequest,
  error: TautlineError | undefined,
): void {
  // The options that the request was sent with apply.
  const { response, source = entry.primarySource() } = request
  if (!response && !error) return settleWithoutUrl(entry, request)
  entry.request = undefined
  entry.lacksUrl = false
  entry.settledAt = entry.context.environment.now()
  const headers = response?.headers ?? (error?.code === 'http' ? error.headers : undefined)
  applyVary(entry, request, headers?.get('vary'))
  const pending = entry.pending.takeAll()
  let failure = error
  try {
    if (response) failure = storeResponse(entry, response, pending)
    else if (error) storeError(entry, error, pending, request)
    if (response && request.isOutdated) entry.cached.invalidate()
  } catch (cause) {
    // Whatever failed, no promise must stay pending.
    entry.context.environment.reportError(cause)
    for (const { reject } of pending) reject(cause)
  }
  if (failure) reportFailure(entry, failure)
  entry.updateRefetchTimers()
  entry.releaseIfUnused()
  if (response && !isSafe(source.options)) invalidateAfterWrite(entry, response, source)
  // The data of its origin (Clear Site Data, section 3).
  if (/"(\*|cache|cookies|storage)"/.test(headers?.get('clear-site-data') ?? ''))
    entry.context.clear(`${createUrl(entry.href).origin}/`)
}

/** Calls the handler of the cache. */
function reportFailure({ context }: StoredEntry, failure: TautlineError): void {
  callSafely(() => context.onError?.(failure), context.environment)
}

/**
 * Ends a request whose URL function has returned nothing. Its observers leave an entry that belongs to a URL, because
 * others may use it.
 */
function settleWithoutUrl(entry: StoredEntry, request: EntryRequest): void {
  let target = entry
  if (entry.resolvedKey !== undefined) {
    target = entry.createSibling(createUniqueKey(), entry.requester ?? '', false)
    moveMatchingObservers(entry, request, target)
  }
  target.request = undefined
  target.lacksUrl = true
  const error = noUrlError()
  for (const { reject } of target.pending.takeAll()) reject(error)
  for (const observer of target.observers) observer.onNoUrl()
  target.updateRefetchTimers()
  target.notifyObservers(false)
  target.releaseIfUnused()
  // Another function object may have come in the meantime.
  for (const observer of target.observers)
    if (observer.source.url !== request.resolvedSource?.url) target.fetchIfNeeded(observer)
}

/** @returns the first error of a codec */
function storeResponse(
  entry: StoredEntry,
  response: NonNullable<EntryRequest['response']>,
  pending: PendingList,
): TautlineError | undefined {
  const { cached, observers } = entry
  // CORS may have prevented a conditional request: then a full body with the same ETag is like a 304.
  const isForeign = () => isCrossOrigin(createUrl(response.url), entry.context.environment.baseUrl)
  const isNew = response.status !== 304 && !(cached.hasSameTag(response.headers) && isForeign())
  if (isNew) adoptNewCodecs([...observers])
  if (isNew) cached.setResponse(response, new Set([...observers].map((observer) => observer.options.codec)))
  else cached.markRevalidated(response)
  entry.error = undefined
  for (const observer of observers) {
    observer.maySeeCached = true
    observer.hasAborted = false
  }
  if (isNew) forEachLive(observers, (observer) => observer.onResponse())
  cached.dropIfUndecodable()
  let failure = [...observers].find((observer) => observer.decoded?.error)?.decoded?.error
  entry.notifyObservers(true)
  for (const { observer, resolve, reject } of pending) {
    const decoded = cached.decodedBy(observer.options.codec)
    if (decoded?.error) reject((failure = decoded.error))
    else resolve(decoded?.serverValue)
  }
  return failure
}

function storeError(
  entry: StoredEntry,
  error: TautlineError,
  pending: PendingList,
  request: EntryRequest,
): void {
  const { cached, observers } = entry
  entry.error = error
  const isRejection = isCredentialRejection(error, request)
  if (isRejection) {
    entry.rejectionCount++
    // The cached response was for credentials that are not valid any more.
    cached.drop()
  }
  entry.isStaleOnError =
    error.code !== 'provider' &&
    isOutage(error) &&
    entry.settledAt < (cached.freshness?.staleIfErrorUntil ?? 0)
  for (const observer of observers) {
    observer.maySeeCached ||= entry.isStaleOnError
    observer.hasAborted = false
    if (isRejection) observer.onCredentialsRejected()
  }
  forEachLive(observers, (observer) => observer.emit('error', error))
  entry.notifyObservers(true)
  for (const { reject } of pending) reject(error)
}

/** Whether the server rejected the credentials and they could not be renewed. */
const isCredentialRejection = (error: TautlineError, { rejectedCredentials }: EntryRequest): boolean =>
  error.code === 'http'
    ? error.status === 401
    : rejectedCredentials !== undefined && error.code === 'provider'
