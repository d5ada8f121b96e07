import type { StoredEntry, CacheContext, EntryRequest } from './types.ts'
import { TautlineError } from '../../shared/errors.ts'
import { isSafe } from '../options.ts'
import { forEachLive } from '../../shared/safe-call.ts'
import { type LogOutScope, isInScope } from '../../observer/log-out-registry.ts'

/**
 * Forgets the responses of a user who has logged out, and gives up the requests that only read. What changes something and is on its way goes on, such as
 * the log-out itself, and is not sent again: that would be as the next user.
 *
 * @param isOver the log-out is: what has not been sent by now would be the next user's
 */
export function forgetEntries(
  { store, environment, activeRequests }: Pick<CacheContext, 'store' | 'environment' | 'activeRequests'>,
  scope: LogOutScope,
  isOver: boolean,
): void {
  for (const entry of store.all()) {
    if (!isInScope(scope, { environment, options: entry.primarySource().options })) continue
    entry.isEvicted = true
    store.unpin(entry, false)
  }
  forEachLive(activeRequests, (request) => {
    const options = request.owner.options()
    if (!isInScope(scope, { environment, options })) return
    request.isFinalAttempt = true
    if (isSafe(options) || !mayContinue(request, isOver)) request.owner.abortForLogOut()
  })
}

/** It is on its way, or has yet to leave: the log-out itself may wait for its token, or for the network. */
const mayContinue = (request: EntryRequest, isOver: boolean): boolean =>
  request.isInFlight || (!isOver && request.sentAt === 0)

/** Whoever waits for it is told that nothing comes; of what changes something the handlers are told, too. */
export function abortForLogOut(entry: StoredEntry): void {
  if (!entry.isSafe) {
    const text = 'The user logged out before the request was sent, or while it waited for a retry'
    const error = new TautlineError('aborted', text, { by: 'user' })
    forEachLive(entry.observers, (observer) => observer.emit('error', error))
  }
  for (const observer of entry.pending.observers) entry.pending.reject(observer, 'user')
  entry.abort()
}
