import { type ComputedRef, type ShallowRef, computed } from 'vue'

/** A read-only ref for each field, made when it is first taken: a hook whose `latency` nobody takes has none. */
export function lazyRefs<Shape extends object, Field extends keyof Shape>(
  source: Readonly<ShallowRef<Shape>>,
  fields: readonly Field[],
  taken: (field: Field) => void,
): { readonly [Key in Field]: ComputedRef<Shape[Key]> } {
  const refs = {}
  for (const field of fields) {
    const get = () => {
      taken(field)
      const value = computed(() => source.value[field])
      Object.defineProperty(refs, field, { value, enumerable: true })
      return value
    }
    Object.defineProperty(refs, field, { get, enumerable: true, configurable: true })
  }
  return refs as { readonly [Key in Field]: ComputedRef<Shape[Key]> } // one for each of `fields`
}
