type PlainValue = Record<string, unknown>

const DATA_PROPERTY: PropertyDescriptor = { enumerable: true, configurable: true, writable: true }

/**
 * Structural sharing: the new value, made of the parts of the old one wherever those are equal, and the old one itself where all is. What is
 * no plain list or object, such as a `Date` or an instance of a class, is equal only to itself. Neither of the two is changed.
 */
export function replaceEqualDeep(before: unknown, next: unknown): unknown {
  if (Object.is(before, next) || !isPlainValue(before) || !isPlainValue(next)) return next
  if (Array.isArray(before) !== Array.isArray(next)) return next
  const names = Object.keys(next)
  const merged = (Array.isArray(next) ? Array.from(next) : {}) as PlainValue // a list is indexed by its numbers
  let equalCount = 0
  for (const name of names) {
    const hasBefore = Object.hasOwn(before, name)
    const part = hasBefore ? replaceEqualDeep(before[name], next[name]) : next[name]
    if (hasBefore && Object.is(part, before[name])) equalCount++
    // Not by assignment: `__proto__` is a name like any other in JSON.
    if (name === '__proto__') Object.defineProperty(merged, name, { ...DATA_PROPERTY, value: part })
    else merged[name] = part
  }
  return equalCount === names.length && equalCount === Object.keys(before).length ? before : merged
}

function isPlainValue(value: unknown): value is PlainValue {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype
}
