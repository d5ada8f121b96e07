import type { StoredEntry, EntryRequest } from './types.ts'
import { addValidators } from './conditional-request.ts'
import { warnAboutUploadProgress } from '../../platform/request-warnings.ts'
import type { Attempt, MaybePromise } from '../../shared/attempt.ts'
import { type RestrictedHeaders, joinHeaders, partsOf } from '../../http/merge-headers.ts'
import type { HeadersFunction, HeaderValues } from '../../http/types.ts'
import type { TokenRequest } from '../../http/token-owners.ts'
import { moveMatchingObservers } from './rekey.ts'
import { renewCredentials } from '../request/credentials.ts'
import { type PreparedRequest, prepareRequest, createIdempotencyKey } from '../request/prepared-request.ts'
import { type RequestSource, createUniqueKey } from '../request/request-key.ts'

/** Prepares the next attempt of an entry. It does not change the entry, since the attempt may end in the meantime. */
export function prepareEntryRequest(
  entry: StoredEntry,
  request: EntryRequest,
  attempt: Attempt,
): MaybePromise<PreparedRequest> {
  const { environment, session, ready } = entry.context
  const source = entry.primarySource()
  request.resolvedSource = source
  const renewedSource = withRenewedHeaders(source, request, attempt, entry)
  request.idempotencyKey ??= createIdempotencyKey(renewedSource.options, environment)
  const tokenRequest: TokenRequest = {
    owner: session,
    rejectedAuthorization: request.rejectedCredentials?.authorization,
  }
  const prepare = () =>
    prepareRequest(renewedSource, attempt, environment, request.idempotencyKey, tokenRequest)
  return ready && entry.isSafe ? ready.then(prepare) : prepare()
}

/**
 * Called right before a request is sent. Only now is the final cache key known, since functions may return the headers
 * of another user. If another entry has that key, the observers move there.
 */
export function beforeSend(
  entry: StoredEntry,
  request: EntryRequest,
  prepared: PreparedRequest,
  attempt: number,
): void {
  if (entry.lacksUrl) {
    entry.lacksUrl = false
    entry.notifyObservers(false)
  }
  const target = resolveEntry(entry, request, prepared)
  if (!target) return
  target.href = prepared.url.href
  warnAboutUploadProgress(target, prepared.init)
  addValidators(target, prepared, attempt)
}

/** Returns the source with renewed headers after a 401. Requests that were rejected alike share one renewal. */
function withRenewedHeaders(
  source: RequestSource,
  { rejectedCredentials }: EntryRequest,
  { previous }: Attempt,
  { context }: StoredEntry,
): RequestSource {
  const { headers } = source.options
  if (typeof headers !== 'function' || !rejectedCredentials) return source
  // Also after a renewal that failed.
  if (previous?.code === 'http' ? previous.status !== 401 : previous?.code !== 'provider') return source
  const { environment, session } = context
  const renew = (part: HeadersFunction) =>
    renewCredentials(part, rejectedCredentials, environment.now(), session)
  const renewed = partsOf(headers).map((part: RestrictedHeaders | HeaderValues) =>
    typeof part === 'function' ? (part.renewedBy?.(renew) ?? renew(part)) : part,
  )
  return { ...source, options: { ...source.options, headers: joinHeaders(renewed) } }
}

/** Returns the entry for the final key. Undefined if the request is not needed, since another entry has a response. */
function resolveEntry(
  entry: StoredEntry,
  request: EntryRequest,
  { key, requester, isShareable }: PreparedRequest,
): StoredEntry | undefined {
  if (entry.resolvedKey === key) return entry
  const { context } = entry
  const isShared = isShareable && entry.keyKind !== 'unshared' && context.mayShare(key)
  const existing = isShared ? context.store.get(key, entry.cached.exists) : undefined
  // An entry never changes its user, since an observer that has left for a moment may come back to it.
  const isUnclaimed = entry.resolvedKey === undefined && !existing && !entry.cached.exists
  if (isUnclaimed) {
    entry.resolvedKey = key
    entry.requester = requester
    entry.rekey(isShared ? key : createUniqueKey())
    for (const observer of entry.observers) observer.onRequesterKnown()
    return entry
  }
  return moveMatchingObservers(entry, request, existing ?? entry.createSibling(key, requester, isShared))
}
