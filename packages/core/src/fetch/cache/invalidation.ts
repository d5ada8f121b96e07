import type { StoredEntry } from './types.ts'
import { createUrl } from '../../shared/create-url.ts'
import { joinUrl, withoutQuery } from '../../shared/urls.ts'
import type { RequestSource } from '../request/request-key.ts'
import type { RawResponse } from '../request/send-request.ts'
import { resolveMethod } from '../../http/request-options.ts'

/** Marks as stale the URLs that a successful write names (RFC 9111, section 4.4), and those of option `invalidates`. */
export function invalidateAfterWrite(
  entry: StoredEntry,
  { url, headers }: Pick<RawResponse, 'url' | 'headers'>,
  { options }: RequestSource,
): void {
  const { context, href } = entry
  const { origin } = createUrl(url)
  const namedHrefs = ['location', 'content-location'].flatMap((name) => {
    const value = headers.get(name)
    const other = value === null ? undefined : withoutQuery(value, { baseUrl: url })
    return other?.startsWith(`${origin}/`) ? [other] : []
  })
  // A refetch of the deleted URL would only fail with 404.
  const deletedHref = resolveMethod(options) === 'DELETE' ? href : undefined
  const own = options.invalidates?.map((target) =>
    typeof target === 'string' && !target.startsWith('*') ? String(joinUrl(options.baseUrl, target)) : target,
  )
  context.invalidate([href, ...namedHrefs, ...(own ?? [])], deletedHref)
}
