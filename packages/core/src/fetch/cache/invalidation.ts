import type { StoredEntry } from './types.ts'
import { withoutQuery } from '../../shared/urls.ts'
import type { Lead } from '../request/request-key.ts'
import type { FetchAnswer } from '../request/send-request.ts'
import { methodOf } from '../../http/request-options.ts'

/** A write that has succeeded makes stale what it names (RFC 9111, section 4.4), and what its user says. */
export function invalidateBehind(
  entry: StoredEntry,
  { url, headers }: Pick<FetchAnswer, 'url' | 'headers'>,
  { options }: Lead,
): void {
  const { desk, href } = entry
  const { origin } = new URL(url)
  const named = ['location', 'content-location'].flatMap((name) => {
    const value = headers.get(name)
    const other = value === null ? undefined : withoutQuery(value, { baseUrl: url })
    return other?.startsWith(`${origin}/`) ? [other] : []
  })
  // Who still shows what was deleted need not be told that it is gone.
  const gone = methodOf(options) === 'DELETE' ? href : undefined
  desk.invalidate([href, ...named, ...(options.invalidates ?? [])], gone)
}
