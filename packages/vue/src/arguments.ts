import { isProxy, isRef, toRaw } from 'vue'

/** The fields of a reactive object are watched; what is in them is what was put there: codecs and schemas are known by identity. */
export function plain<Options extends object>(options: Options | undefined): Options | undefined {
  if (!isProxy(options)) return options
  return Object.fromEntries(
    Object.entries(options ?? {}).map(([name, value]) => [name, toRaw(value)]),
  ) as Options // field by field
}

/** A page may hold thousands of hooks whose arguments are plain values: those need no watcher. */
export const mayChange = (source: unknown): boolean =>
  isRef(source) || isProxy(source) || typeof source === 'function'
