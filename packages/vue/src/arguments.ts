import { isProxy, isRef, toRaw } from 'vue'

/**
 * The fields of a reactive object are watched; what is in them is what was put there: codecs and schemas are known by identity. Of headers what is in
 * them is watched too, since it says whose a connection is.
 */
export function plain<Options extends object>(options: Options | undefined): Options | undefined {
  if (!isProxy(options) && !hasReactiveHeaders(options)) return options
  const fields = Object.entries(options ?? {}).map(([name, value]) => [
    name,
    name === 'headers' ? copyOf(value) : toRaw(value),
  ])
  return Object.fromEntries(fields) as Options // field by field
}

const hasReactiveHeaders = (options: unknown): boolean =>
  typeof options === 'object' && options !== null && 'headers' in options && isProxy(options.headers)

/** Reading each of them is what makes Vue watch it. */
function copyOf(headers: unknown): unknown {
  if (!isProxy(headers)) return headers
  return Array.isArray(headers)
    ? headers.map((pair: unknown) => (Array.isArray(pair) ? [...pair] : pair))
    : { ...(headers as object) } // what can be a proxy
}

/** Reads all that is in a reactive list or object. */
function copyOf(value: unknown): unknown {
  if (!isProxy(value)) return value
  if (Array.isArray(value)) return value.map(copyOf)
  return Object.fromEntries(Object.entries(value as object)) // what is reactive is an object
}

const holdsReactive = (options: unknown): boolean =>
  typeof options === 'object' &&
  options !== null &&
  Object.entries(options).some(([name, value]) => WATCHED_WITHIN.includes(name) && isProxy(value))

/** A page may hold thousands of hooks whose arguments are plain values: those need no watcher. */
export const mayChange = (source: unknown): boolean =>
  isRef(source) || isProxy(source) || typeof source === 'function' || hasReactiveHeaders(source)
