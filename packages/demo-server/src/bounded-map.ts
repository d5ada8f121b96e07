/**
 * A map that forgets its oldest idle entries. Clients choose the names in it, and must not be able to fill the memory.
 */
export interface BoundedMap<Value> {
  /** Returns the value with this name, and creates it if necessary. */
  of(name: string): Value
  entries(): readonly (readonly [string, Value])[]
}

export function createBoundedMap<Value>(options: {
  readonly limit: number
  readonly create: (name: string) => Value
  /** An entry in use is never forgotten. */
  readonly inUse: (value: Value) => boolean
}): BoundedMap<Value> {
  const { limit, create, inUse } = options
  const values = new Map<string, Value>()

  function trim(): void {
    for (const [name, value] of values) {
      if (values.size < limit) return
      if (!inUse(value)) values.delete(name)
    }
  }

  return {
    of(name) {
      const known = values.get(name)
      if (known !== undefined) return known
      trim()
      const made = create(name)
      values.set(name, made)
      return made
    },
    entries: () => [...values],
  }
}
