import { isProxy, isRef, toRaw } from 'vue'

/** Options that identify the user. They are watched deeply: a change inside their value counts as a new value. */
const DEEPLY_WATCHED = ['headers', 'protocols']

/**
 * Converts a reactive options object into a plain one, and thereby tracks its fields.
 *
 * The values are unwrapped, not copied, because codecs and schemas are compared by identity. Headers and protocols are
 * copied, which tracks what is inside them: a changed token must replace the connection.
 */
export function toPlainOptions<Options extends object>(options: Options | undefined): Options | undefined {
  if (!isProxy(options) && !hasReactiveValue(options)) return options
  return Object.fromEntries(
    Object.entries(options ?? {}).map(([name, value]) => [
      name,
      DEEPLY_WATCHED.includes(name) ? copyReactive(value) : toRaw(value),
    ]),
  ) as Options // the same fields with the same types
}

/** Copies a reactive list or object, and thereby tracks everything inside it. */
function copyReactive(value: unknown): unknown {
  if (!isProxy(value)) return value
  if (Array.isArray(value)) return value.map(copyReactive)
  if (value instanceof Map) return [...value]
  return Object.fromEntries(Object.entries(value as object)) // only objects are reactive
}

/** Whether the value of a deeply watched option is reactive. */
const hasReactiveValue = (options: unknown): boolean =>
  typeof options === 'object' &&
  options !== null &&
  Object.entries(options).some(([name, value]) => DEEPLY_WATCHED.includes(name) && isProxy(value))

/**
 * Whether an argument of a hook may change and needs a watcher. Plain values get none, because a page may have
 * thousands of hooks.
 */
export const mayChange = (source: unknown): boolean =>
  isRef(source) || isProxy(source) || typeof source === 'function' || hasReactiveValue(source)
