type PlainValue = Record<string, unknown>

/**
 * Structural sharing: returns the new value with every part replaced by an equal part of the old one, or the old value
 * if all is equal. Only arrays and plain objects are compared deeply. Neither value is changed.
 */
export function replaceEqualDeep(before: unknown, next: unknown): unknown {
  if (Object.is(before, next) || !isPlainValue(before) || !isPlainValue(next)) return next
  if (Array.isArray(before) !== Array.isArray(next)) return next
  // A spread copies `__proto__` as an ordinary name, as in JSON; assignment alone would set the prototype.
  const merged = (Array.isArray(next) ? [...next] : { ...next }) as PlainValue // arrays are indexed by names too
  const names = Object.keys(next)
  let isEqual = names.length === Object.keys(before).length
  for (const name of names) {
    const hasBefore = Object.hasOwn(before, name)
    merged[name] = hasBefore ? replaceEqualDeep(before[name], next[name]) : next[name]
    isEqual &&= hasBefore && Object.is(merged[name], before[name])
  }
  return isEqual ? before : merged
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
  return (
    typeof value === 'object' &&
    value !== null &&
    [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value))
  )
}
