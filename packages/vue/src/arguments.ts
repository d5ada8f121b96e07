import { isProxy, isRef, toRaw } from 'vue'

/** The options that say who asks: a change inside one of them is another one. */
const WATCHED_WITHIN = ['headers', 'protocols']

/**
 * The fields of a reactive object are watched; what is in them is what was put there: codecs and schemas are known by identity. What is in
 * headers and protocols is watched, too, or the connection of one user would go on for the next.
 */
export function plain<Options extends object>(options: Options | undefined): Options | undefined {
  if (!isProxy(options) && !holdsReactive(options)) return options
  return Object.fromEntries(
    Object.entries(options ?? {}).map(([name, value]) => [
      name,
      WATCHED_WITHIN.includes(name) ? copyOf(value) : toRaw(value),
    ]),
  ) as Options // field by field
}

/** Reads all that is in a reactive list or object. */
function copyOf(value: unknown): unknown {
  if (!isProxy(value)) return value
  if (Array.isArray(value)) return value.map(copyOf)
  if (value instanceof Map) return [...value]
  return Object.fromEntries(Object.entries(value as object)) // what is reactive is an object
}

const holdsReactive = (options: unknown): boolean =>
  typeof options === 'object' &&
  options !== null &&
  Object.entries(options).some(([name, value]) => WATCHED_WITHIN.includes(name) && isProxy(value))

/** A page may hold thousands of hooks whose arguments are plain values: those need no watcher. */
export const mayChange = (source: unknown): boolean =>
  isRef(source) || isProxy(source) || typeof source === 'function' || holdsReactive(source)
