type PlainValue = Record<string, unknown>

const DATA_PROPERTY: PropertyDescriptor = { enumerable: true, configurable: true, writable: true }

/**
 * Structural sharing: returns the new value with every part replaced by an equal part of the old one, or the old value
 * if all is equal. Only arrays and plain objects are compared deeply. Neither value is changed.
 */
export function replaceEqualDeep(before: unknown, next: unknown): unknown {
  if (Object.is(before, next) || !isPlainValue(before) || !isPlainValue(next)) return next
  if (Array.isArray(before) !== Array.isArray(next)) return next
  const names = Object.keys(next)
  const merged = (Array.isArray(next) ? Array.from(next) : {}) as PlainValue // arrays are indexed by names too
  let equalCount = 0
  for (const name of names) {
    const hasBefore = Object.hasOwn(before, name)
    const part = hasBefore ? replaceEqualDeep(before[name], next[name]) : next[name]
    if (hasBefore && Object.is(part, before[name])) equalCount++
    // Assignment would set the prototype, but in JSON `__proto__` is an ordinary name.
    if (name === '__proto__') Object.defineProperty(merged, name, { ...DATA_PROPERTY, value: part })
    else merged[name] = part
  }
  return equalCount === names.length && equalCount === Object.keys(before).length ? before : merged
}

/** `replaceEqualDeep`, but values that are nested too deeply for the stack are not compared. */
export function shareStructure(before: unknown, next: unknown): unknown {
  try {
    return replaceEqualDeep(before, next)
  } catch {
    return next
  }
}

function isPlainValue(value: unknown): value is PlainValue {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype
}
