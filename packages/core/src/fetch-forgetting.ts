import type { Desk } from './fetch-desk.ts'
import { type Scope, isMeant } from './session.ts'

/** Forgets the responses of a user who has logged out, and gives up the requests that only read. What changes something goes on. */
export function forgetEntries(
  { store, environment }: Pick<Desk, 'store' | 'environment'>,
  scope: Scope,
): void {
  const meant = store.all().filter((entry) => isMeant(scope, { environment, options: entry.lead().options }))
  for (const entry of meant) {
    entry.isRetired = true
    store.release(entry, false)
    // What changes something and is on its way goes on, such as the log-out itself. It is not sent again: that would be as the next user.
    if (!entry.isSafe && entry.exchange?.state.phase === 'asking') {
      entry.exchange.isLast = true
      continue
    }
    for (const port of entry.waiters.ports) entry.waiters.dismiss(port, 'user')
    entry.stop()
  }
}
