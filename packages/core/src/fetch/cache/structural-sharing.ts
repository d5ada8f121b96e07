type Node = Record<string, unknown>

const PLAIN: PropertyDescriptor = { enumerable: true, configurable: true, writable: true }

/**
 * Structural sharing: the new value, made of the parts of the old one wherever those are equal, and the old one itself where all is. What is
 * no plain list or object, such as a `Date` or an instance of a class, is equal only to itself. Neither of the two is changed.
 */
export function shared(before: unknown, next: unknown): unknown {
  if (Object.is(before, next) || !isNode(before) || !isNode(next)) return next
  if (Array.isArray(before) !== Array.isArray(next)) return next
  const names = Object.keys(next)
  const merged = (Array.isArray(next) ? Array.from(next) : {}) as Node // a list is indexed by its numbers
  let kept = 0
  for (const name of names) {
    const known = Object.hasOwn(before, name)
    const part = known ? shared(before[name], next[name]) : next[name]
    if (known && Object.is(part, before[name])) kept++
    // Not by assignment: `__proto__` is a name like any other in JSON.
    if (name === '__proto__') Object.defineProperty(merged, name, { ...PLAIN, value: part })
    else merged[name] = part
  }
  return kept === names.length && kept === Object.keys(before).length ? before : merged
}

function isNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null) return false
  const kind: unknown = Object.getPrototypeOf(value)
  return kind === Object.prototype || kind === Array.prototype
}
