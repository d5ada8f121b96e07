import { type ComputedRef, type ShallowRef, computed, getCurrentScope } from 'vue'

type Refs<Shape, Field extends keyof Shape> = { readonly [Key in Field]: ComputedRef<Shape[Key]> }

const refOf = /* @__PURE__ */ Symbol('refOf')

/**
 * Makes objects with a read-only ref for each field, which exists once it has been taken: a hook whose `latency` nobody takes
 * has none. The accessors are shared by all of them, since a page may hold thousands of hooks.
 */
export function lazyRefs<Shape extends object>() {
  return <Field extends keyof Shape & string>(fields: readonly Field[]) => {
    const accessors: PropertyDescriptorMap = {}
    for (const field of fields) {
      accessors[field] = {
        enumerable: true,
        get(this: { [refOf](field: Field): unknown }) {
          return this[refOf](field)
        },
      }
    }
    return (source: Readonly<ShallowRef<Shape>>, taken: (field: Field) => void): Refs<Shape, Field> => {
      // Before Vue 3.5 a computed ends with the scope that it was made in, and the first to take it may be a child.
      const owner = getCurrentScope()
      const made: { [Key in Field]?: ComputedRef<Shape[Key]> } = {}
      const make = (field: Field) => {
        taken(field)
        const ref = () => computed(() => source.value[field])
        return (made[field] = owner?.run(ref) ?? ref())
      }
      const refs = Object.defineProperty({}, refOf, { value: (field: Field) => made[field] ?? make(field) })
      return Object.defineProperties(refs, accessors) as Refs<Shape, Field> // an accessor for each of `fields`
    }
  }
}
