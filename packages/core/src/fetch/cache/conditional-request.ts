import type { StoredEntry } from './types.ts'
import type { PreparedRequest } from '../request/prepared-request.ts'

/** The server may say that nothing has changed (RFC 9110, section 13); without a validator of ours the browser's own cache may have one. */
export function addValidators(entry: StoredEntry, prepared: PreparedRequest, attempt: number): void {
  const { url, headers, init, isPersonal } = prepared
  const { cached, context } = entry
  // A browser's own cache tells users apart only where `Vary` says so; and what it has of a user who is gone is not wanted.
  const cacheMode = isPersonal
    ? 'no-store'
    : context.wasCleared || cached.isUndecodable
      ? 'reload'
      : undefined
  init.cache = cacheMode ?? 'default'
  if (!cached.exists || !entry.isSafe) return
  prepared.isConditional = true
  if (headers.has('if-none-match')) return
  const { baseUrl } = context.environment
  const isCrossOrigin = baseUrl !== undefined && url.origin !== new URL(baseUrl).origin
  // Another origin may forbid the header, which looks like a failure of the network: the retry does without.
  const validator = isCrossOrigin && attempt > 0 ? undefined : cached.validator(isCrossOrigin)
  // What depends on headers that may be others each time is asked for whole.
  if (validator && context.mayRevalidate(prepared.key)) headers.set(...validator)
  else init.cache = cacheMode ?? 'no-cache'
}
