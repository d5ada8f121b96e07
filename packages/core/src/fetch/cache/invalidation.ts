import type { StoredEntry } from './types.ts'
import { withoutQuery } from '../../shared/urls.ts'
import type { RequestSource } from '../request/request-key.ts'
import type { RawResponse } from '../request/send-request.ts'
import { resolveMethod } from '../../http/request-options.ts'

/** A write that has succeeded makes stale what it names (RFC 9111, section 4.4), and what its user says. */
export function invalidateAfterWrite(
  entry: StoredEntry,
  { url, headers }: Pick<RawResponse, 'url' | 'headers'>,
  { options }: RequestSource,
): void {
  const { context, href } = entry
  const { origin } = new URL(url)
  const namedHrefs = ['location', 'content-location'].flatMap((name) => {
    const value = headers.get(name)
    const other = value === null ? undefined : withoutQuery(value, { baseUrl: url })
    return other?.startsWith(`${origin}/`) ? [other] : []
  })
  // Who still shows what was deleted need not be told that it is gone.
  const deletedHref = resolveMethod(options) === 'DELETE' ? href : undefined
  context.invalidate([href, ...namedHrefs, ...(options.invalidates ?? [])], deletedHref)
}
