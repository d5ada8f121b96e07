import type { StoredEntry } from './types.ts'
import { allowNotModified } from '../../http/not-modified.ts'
import { isCrossOrigin } from '../../shared/urls.ts'
import type { PreparedRequest } from '../request/prepared-request.ts'

/**
 * Adds validators, so that the server can respond with 304 (RFC 9110, section 13), and sets the browser's cache mode.
 */
export function addValidators(entry: StoredEntry, prepared: PreparedRequest, attempt: number): void {
  const { url, headers, init, isPersonal } = prepared
  const { cached, context } = entry
  // The browser's HTTP cache separates users only by `Vary`, and may have responses of a user who has logged out.
  const cacheMode = isPersonal
    ? 'no-store'
    : context.wasCleared || cached.isUndecodable
      ? 'reload'
      : undefined
  init.cache = cacheMode ?? 'default'
  const isForeign = isCrossOrigin(url, context.environment.baseUrl)
  if (cached.exists && entry.isSafe) {
    prepared.isConditional = true
    if (!headers.has('if-none-match')) {
      // If CORS forbids the header, the request fails like a network error. The retry omits it.
      const validator = isForeign && attempt > 0 ? undefined : cached.validator(isForeign)
      // No validator if the response varies by headers outside the key: they may have changed.
      if (validator && context.mayRevalidate(prepared.key)) headers.set(...validator)
      else init.cache = cacheMode ?? 'no-cache'
    }
  }
  allowNotModified(init, headers, cacheMode === undefined, isForeign)
}
