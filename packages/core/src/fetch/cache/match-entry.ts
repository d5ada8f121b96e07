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
  const { environment } = entry.context
  const { url: written, options } = entry.primarySource()
  const toHref = (url: unknown) => withoutQuery(String(url), environment)
  const isKnown = typeof written !== 'function'
  // Absolute; '' while only a function knows it.
  const url = entry.href || (isKnown ? toHref(joinUrl(options.baseUrl, written)) : '')
  const spellings = isKnown ? [String(written), url] : [url]
  const all = [options, ...Array.from(entry.observers, (observer) => observer.options)]
  const tags = [...new Set(all.flatMap((one) => one.tags ?? []))]
  const isTarget = (target: Invalidation): boolean | undefined => {
    if (typeof target === 'function') return callSafely(() => target({ url, tags }), environment) === true
    if (typeof target !== 'string') return target.tags.some((tag) => tags.includes(tag))
    const [pattern = ''] = target.split(/[?#]/)
    const patterns = [pattern, toHref(pattern), toHref(joinUrl(options.baseUrl, pattern))]
    return spellings.some((text) => patterns.some((one) => isMatch(one, text.replace(/[?#].*$/s, ''))))
  }
  if (targets.some(isTarget)) entry.invalidate(url !== deletedHref)
}

/** Whether a text matches a pattern, in which `*` is any text. */
const isMatch = (pattern: string, text: string): boolean =>
  pattern === text ||
  (pattern.includes('*') &&
    new RegExp(`^${pattern.replace(/[^*\w]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(text))
