import { type MaybeRefOrGetter, toValue } from 'vue'
import type { UrlOption } from '@tautline/core'

/**
 * The URL in a ref or getter. A function that takes a parameter, or answers with a promise, is no getter: it runs before every
 * attempt. So is a function inside a ref or a getter.
 */
export function urlOf(url: MaybeRefOrGetter<UrlOption> | UrlOption): UrlOption {
  if (typeof url !== 'function' || url.length > 0)
    return typeof url === 'function' ? (url as UrlOption) : toValue(url)
  const value: unknown = (url as () => unknown)()
  if (!(value instanceof Promise)) return value as UrlOption
  // It is called again for the attempt; what this call gave, or threw, is nobody's.
  value.catch(() => {})
  return url as UrlOption
}
