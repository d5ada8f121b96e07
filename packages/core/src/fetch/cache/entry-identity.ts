import type { StoredEntry, EntryRequest } from './types.ts'
import { addValidators } from './conditional-request.ts'
import type { Attempt, MaybePromise } from '../../shared/attempt.ts'
import type { TokenRequest } from '../../http/token-sessions.ts'
import { moveMatchingObservers } from './rekey.ts'
import { renewCredentials } from '../request/credentials.ts'
import { type PreparedRequest, prepareRequest, createIdempotencyKey } from '../request/prepared-request.ts'
import { type RequestSource, createUniqueKey } from '../request/request-key.ts'

/** What the next attempt of an entry sends. Nothing is changed by asking: the attempt may be over by the time that it is known. */
export function prepareEntryRequest(
  entry: StoredEntry,
  request: EntryRequest,
  attempt: Attempt,
): MaybePromise<PreparedRequest> {
  const { environment, session } = entry.context
  const source = entry.primarySource()
  request.resolvedSource = source
  const renewedSource = withRenewedHeaders(source, request, attempt, entry)
  request.idempotencyKey ??= createIdempotencyKey(renewedSource.options, environment)
  const tokenRequest: TokenRequest = {
    owner: session,
    rejectedAuthorization: request.rejectedCredentials?.authorization,
  }
  return prepareRequest(renewedSource, attempt, environment, request.idempotencyKey, tokenRequest)
}

/** This is what is sent now. The entry may turn out to be another one: functions may say that another user asks. */
export function beforeSend(
  entry: StoredEntry,
  request: EntryRequest,
  prepared: PreparedRequest,
  attempt: number,
): void {
  const target = resolveEntry(entry, request, prepared)
  if (!target) return
  target.href = prepared.url.href
  addValidators(target, prepared, attempt)
}

/** After a 401 the function of the headers is asked once for all who were refused alike. */
function withRenewedHeaders(
  source: RequestSource,
  { rejectedCredentials }: EntryRequest,
  { previous }: Attempt,
  { context }: StoredEntry,
): RequestSource {
  const { headers } = source.options
  if (typeof headers !== 'function' || !rejectedCredentials || previous?.code !== 'http') return source
  if (previous.status !== 401) return source
  const renewedHeaders = renewCredentials(
    headers,
    rejectedCredentials,
    context.environment.now(),
    context.session,
  )
  return { ...source, options: { ...source.options, headers: renewedHeaders } }
}

/** The entry that what is sent belongs to; undefined: it need not be sent, since a response is there or on its way. */
function resolveEntry(
  entry: StoredEntry,
  request: EntryRequest,
  { key, requester, isShareable }: PreparedRequest,
): StoredEntry | undefined {
  if (entry.resolvedKey === key) return entry
  const { context } = entry
  const isShared = isShareable && entry.keyKind !== 'unshared' && context.mayShare(key)
  const existing = isShared ? context.store.get(key) : undefined
  // A hook that is elsewhere for a moment may come back to this entry: it belongs to one user for good.
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
