import { type MaybeRefOrGetter, toValue } from 'vue'
import type { UrlOption } from '@tautline/core'

/** Functions that have answered with a promise: they are not called again to find out. */
const providers = /* @__PURE__ */ new WeakSet<object>()

/**
 * The URL in a ref or getter. A function that takes a parameter, or answers with a promise, is no getter: it runs before every
 * attempt. So is a function inside a ref or a getter.
 */
export function urlOf(url: MaybeRefOrGetter<UrlOption> | UrlOption): UrlOption {
  if (typeof url !== 'function') return toValue(url)
  const provider = url as Extract<UrlOption, Function>
  if (
    url.length > 0 ||
    providers.has(url) ||
    Object.prototype.toString.call(url) === '[object AsyncFunction]'
  )
    return provider
  const value: unknown = (url as () => unknown)()
  if (!(value instanceof Promise)) return value as UrlOption
  // It is called again for the attempt; what this call gave, or threw, is nobody's.
  value.catch(() => {})
  providers.add(url)
  return provider
}
