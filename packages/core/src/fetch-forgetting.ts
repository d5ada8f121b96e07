import type { Desk } from './fetch-desk.ts'
import { type Scope, isMeant } from './session.ts'

/** Forgets the responses of a user who has logged out, and gives up the requests that only read. What changes something goes on. */
export function forgetEntries(
  { store, environment }: Pick<Desk, 'store' | 'environment'>,
  scope: Scope,
): boolean {
  const meant = store.all().filter((entry) => isMeant(scope, { environment, options: entry.lead().options }))
  for (const entry of meant) {
    entry.isRetired = true
    store.release(entry, false)
    if (!entry.isSafe) continue
    for (const port of entry.waiters.ports) entry.waiters.dismiss(port, 'user')
    entry.stop()
  }
  return meant.length > 0
}
