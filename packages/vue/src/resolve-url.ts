import { type MaybeRefOrGetter, unref } from 'vue'
import type { UrlOption } from '@tautline/core'

/** Functions that have returned a promise. They are known not to be getters, so they are not called again here. */
const asyncFunctions = /* @__PURE__ */ new WeakSet<object>()

/**
 * Reads the URL from a ref or a getter.
 *
 * A function that takes a parameter or returns a promise is not a getter. It is returned as it is, and the core calls
 * it before every attempt. The same holds for a function inside a ref or a getter.
 */
export function resolveUrl(url: MaybeRefOrGetter<UrlOption> | UrlOption): UrlOption {
  if (typeof url !== 'function') return unref(url)
  const urlFunction = url as Extract<UrlOption, Function>
  if (
    url.length > 0 ||
    asyncFunctions.has(url) ||
    Object.prototype.toString.call(url) === '[object AsyncFunction]'
  )
    return urlFunction
  const value: unknown = (url as () => unknown)()
  // `instanceof Promise` is false for a promise of another realm.
  if (!(typeof value === 'object' && value !== null && 'then' in value)) return unref(value) as UrlOption
  // The attempt calls the function again. The result of this call is not used, and neither is its rejection.
  Promise.resolve(value).catch(() => {})
  asyncFunctions.add(url)
  return urlFunction
}
