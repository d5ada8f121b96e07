import { joinUrl, withoutQuery } from '../../shared/urls.ts'
import { callSafely } from '../../shared/safe-call.ts'
import type { Invalidation } from '../options.ts'
import type { StoredEntry } from './types.ts'

/** Marks an entry as stale if one of the targets names it. @param deletedHref is not refetched */
export function invalidateEntry(
  entry: StoredEntry,
  targets: readonly Invalidation[],
  deletedHref: string | undefined,
): void {
  const href = hrefOf(entry)
  if (targets.some((target) => matchesEntry(target, entry, href))) entry.invalidate(href !== deletedHref)
}

/** Returns the absolute URL of an entry; '' while only a function knows it. */
function hrefOf(entry: StoredEntry): string {
  const { url, options } = entry.primarySource()
  return entry.href || typeof url === 'function' ? entry.href : toHref(url, options.baseUrl, entry)
}

/** Returns an absolute URL without its query. */
const toHref = (url: unknown, baseUrl: string | URL | undefined, { context }: StoredEntry): string =>
  withoutQuery(String(joinUrl(baseUrl, url)), context.environment)

/** Whether the invalidation concerns an entry, by its URL or tags. */
function matchesEntry(target: Invalidation, entry: StoredEntry, url: string): boolean {
  const { url: written, options } = entry.primarySource()
  if (typeof target !== 'string') {
    const all = [options, ...Array.from(entry.observers, (observer) => observer.options)]
    const tags = [...new Set(all.flatMap((one) => one.tags ?? []))]
    if (typeof target === 'function')
      return callSafely(() => target({ url, tags }), entry.context.environment) === true
    return target.tags.some((tag) => tags.includes(tag))
  }
  const [pattern = ''] = target.split(/[?#]/)
  const patterns = [pattern, toHref(pattern, undefined, entry), toHref(pattern, options.baseUrl, entry)]
  const spellings = typeof written === 'function' ? [url] : [String(written), url]
  return spellings.some((text) => patterns.some((one) => isMatch(one, text.replace(/[?#].*$/s, ''))))
}

/** Whether a text matches a pattern, in which `*` is any text. */
const isMatch = (pattern: string, text: string): boolean =>
  pattern === text ||
  (pattern.includes('*') &&
    new RegExp(`^${pattern.replace(/[^*\w]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(text))
