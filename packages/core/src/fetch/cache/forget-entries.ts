import type { StoredEntry, Desk, EntryExchange } from './types.ts'
import { TautlineError } from '../../shared/errors.ts'
import { isSafe } from '../options.ts'
import { tellAll } from '../../shared/safe-call.ts'
import { type Scope, isMeant } from '../../observer/members.ts'

/**
 * Forgets the responses of a user who has logged out, and gives up the requests that only read. What changes something and is on its way goes on, such as
 * the log-out itself, and is not sent again: that would be as the next user.
 *
 * @param isOver the log-out is: what has not been sent by now would be the next user's
 */
export function forgetEntries(
  { store, environment, live }: Pick<Desk, 'store' | 'environment' | 'live'>,
  scope: Scope,
  isOver: boolean,
): void {
  for (const entry of store.all()) {
    if (!isMeant(scope, { environment, options: entry.lead().options })) continue
    entry.isRetired = true
    store.release(entry, false)
  }
  tellAll(live, (exchange) => {
    const options = exchange.parts.options()
    if (!isMeant(scope, { environment, options })) return
    exchange.isLast = true
    if (isSafe(options) || !mayGoOn(exchange, isOver)) exchange.parts.forget()
  })
}

/** It is on its way, or has yet to leave: the log-out itself may wait for its token, or for the network. */
const mayGoOn = (exchange: EntryExchange, isOver: boolean): boolean =>
  exchange.isOnItsWay || (!isOver && exchange.sentAt === 0)

/** Whoever waits for it is told that nothing comes; of what changes something the handlers are told, too. */
export function forgetRequest(entry: StoredEntry): void {
  if (!entry.isSafe) {
    const text = 'The user logged out before the request was sent, or while it waited for a retry'
    const error = new TautlineError('aborted', text, { by: 'user' })
    tellAll(entry.ports, (port) => port.occurred('error', error))
  }
  for (const port of entry.waiters.ports) entry.waiters.dismiss(port, 'user')
  entry.stop()
}
