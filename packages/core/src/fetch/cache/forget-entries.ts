import type { StoredEntry, CacheContext, EntryRequest } from './types.ts'
import { TautlineError } from '../../shared/errors.ts'
import { isSafe } from '../options.ts'
import { forEachLive } from '../../shared/safe-call.ts'
import { type LogOutScope, isInScope } from '../../observer/log-out-registry.ts'

/**
 * Removes the responses of a user who has logged out and aborts this user's reads. A write in flight continues, such as
 * the log-out itself. It is not retried, because a retry would be sent as the next user.
 *
 * @param isOver the log-out has ended: writes that were not sent yet are aborted too
 */
export function forgetEntries(
  { store, environment, activeRequests }: Pick<CacheContext, 'store' | 'environment' | 'activeRequests'>,
  scope: LogOutScope,
  isOver: boolean,
): void {
  for (const entry of store.all()) {
    if (!isInScope(scope, { environment, options: entry.primarySource().options })) continue
    evict(entry)
  }
  forEachLive(activeRequests, (request) => {
    const options = request.owner.options()
    if (!isInScope(scope, { environment, options })) return
    request.isFinalAttempt = true
    if (isSafe(options) || !mayContinue(request, isOver)) request.owner.abortForLogOut()
  })
}

/** Whether a write may continue. The log-out request itself may still wait for a token or for the network. */
const mayContinue = (request: EntryRequest, isOver: boolean): boolean =>
  request.isInFlight || (!isOver && request.sentOrder === 0)

/** Aborts the request of an entry and rejects its promises. For a write, `onError` is called too. */
export function abortForLogOut(entry: StoredEntry): void {
  if (!entry.isSafe) {
    const text = 'The user logged out before the request was sent or retried. Send it again if needed'
    const error = new TautlineError('aborted', text, { by: 'user' })
    forEachLive(entry.observers, (observer) => observer.emit('error', error))
  }
  for (const observer of entry.pending.observers) entry.pending.reject(observer, 'user')
  entry.abort()
}

/** Removes an entry from its cache. Current observers keep the data; new ones do not get them. */
export function evict(entry: StoredEntry): void {
  entry.isEvicted = true
  entry.context.store.unpin(entry, false)
}
