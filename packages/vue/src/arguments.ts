import { isProxy, isRef, toRaw, toValue } from 'vue'
import type { ReactiveOptions } from './reactive-options.ts'

/** The options, by path, whose value or content may be a function. Elsewhere a function is a getter. */
const MAY_BE_FUNCTION =
  /^((url|headers|body|protocols|idempotencyKey|reduce|select|serializeQuery|messages|dedupeBy|fallbackAfter|isNext|until|next|previous|on[A-Z]\w*|handshake\.\w+|retry\.(delay|when))$|events|initialData)/

/** The options, by path, whose content may be reactive too. */
const HAS_CONTENT =
  /^(headers|protocols|query|json|body|initialData|ignoreHeaders|invalidates|timeout|retry|pause|outbox|resume|handshake|upgrade|fetch)\b|^events$/

/**
 * Returns options without refs, getters and proxies, and thereby tracks them. Options without any are returned as they
 * are.
 *
 * Codecs, schemas and other objects that are compared by identity are unwrapped, not copied. What is sent is copied: a
 * change inside a reactive form or header must be noticed.
 */
export function toPlainOptions<Options extends object>(
  options: ReactiveOptions<Options> | undefined,
): Options | undefined {
  return toPlainEntries(options, '', []) as Options | undefined // the same fields without refs
}

/** Returns a message or the options of one call without refs and proxies. Functions in it are not called. */
export const toPlainData = <Data>(data: Data): Data => toPlain(data, 'initialData', []) as Data // the same shape

/**
 * @param path of an option, such as `timeout.connect`
 * @param parents the objects around it, because data may be circular
 */
function toPlain(source: unknown, path: string, parents: readonly unknown[]): unknown {
  const value = isGetter(source, path, parents) ? toValue(source) : isRef(source) ? source.value : source
  // The defaults of `useFetch` are options themselves.
  const inner = path === 'fetch' ? '' : `${path}.`
  return HAS_CONTENT.test(path) ? toPlainEntries(value, inner, parents) : toRaw(value)
}

/** Whether a value is a function that returns the value. A function with a parameter or a schema is not. */
function isGetter(value: unknown, path: string, parents: readonly unknown[]): value is () => unknown {
  if (typeof value !== 'function' || value.length > 0 || '~standard' in value) return false
  // A function in a reactive form is a method of it, such as an action of a store.
  return !MAY_BE_FUNCTION.test(path) && !(/^(json|body)\./.test(path) && isProxy(parents.at(-1)))
}

/** Unwraps the content of an object or array. Objects of classes are unwrapped themselves only. */
function toPlainEntries(value: unknown, path: string, parents: readonly unknown[]): unknown {
  const raw = toRaw(value)
  if (raw instanceof Map && isProxy(value)) return [...(value as Map<unknown, unknown>)] // the same map
  if (!isPlain(raw) || parents.some((parent) => toRaw(parent) === raw)) return raw
  const entries = Object.entries(value as object) // the proxy of a plain object
  const within = [...parents, value]
  const plain = entries.map(([name, field]) => [name, toPlain(field, path + name, within)] as const)
  if (!isProxy(value) && plain.every(([, field], index) => field === entries[index]?.[1])) return value
  return Array.isArray(raw) ? plain.map(([, field]) => field) : Object.fromEntries(plain)
}

/** Whether a value is an array or a plain object, which is not encoded by a `toJSON` of its own. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * Whether an argument of a hook may change and needs a watcher. Plain values get none, because a page may have
 * thousands of hooks.
 */
export const mayChange = (source: unknown): boolean =>
  isRef(source) ||
  isProxy(source) ||
  typeof source === 'function' ||
  (typeof source === 'object' && source !== null && toPlainOptions(source) !== source)
