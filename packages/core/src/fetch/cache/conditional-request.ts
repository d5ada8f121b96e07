import type { StoredEntry } from './types.ts'
import type { Described } from '../request/prepared-request.ts'

/** The server may say that nothing has changed (RFC 9110, section 13); without a validator of ours the browser's own cache may have one. */
export function makeConditional(entry: StoredEntry, described: Described, attempt: number): void {
  const { url, headers, init, isPersonal } = described
  const { kept, desk } = entry
  // A browser's own cache tells users apart only where `Vary` says so; and what it has of a user who is gone is not wanted.
  const fresh = isPersonal ? 'no-store' : desk.wasCleared || kept.isUnread ? 'reload' : undefined
  init.cache = fresh ?? 'default'
  if (!kept.exists || !entry.isSafe) return
  described.isConditional = true
  if (headers.has('if-none-match')) return
  const { baseUrl } = desk.environment
  const isElsewhere = baseUrl !== undefined && url.origin !== new URL(baseUrl).origin
  // Another origin may forbid the header, which looks like a failure of the network: the retry does without.
  const validator = isElsewhere && attempt > 0 ? undefined : kept.validator(isElsewhere)
  // What depends on headers that may be others each time is asked for whole.
  if (validator && desk.mayConfirm(described.key)) headers.set(...validator)
  else init.cache = fresh ?? 'no-cache'
}
