import { type ComputedRef, type ShallowRef, computed, getCurrentScope } from 'vue'

type Refs<Shape, Field extends keyof Shape> = { readonly [Key in Field]: ComputedRef<Shape[Key]> }

const refOf = /* @__PURE__ */ Symbol('refOf')

/** By name; shared by all objects, since a page may hold thousands of hooks. */
const accessors: PropertyDescriptorMap = {}

const accessorOf = (name: string): PropertyDescriptor =>
  (accessors[name] ??= {
    enumerable: true,
    get(this: { [refOf](name: string): unknown }) {
      return this[refOf](name)
    },
  })

/**
 * Makes objects with a read-only ref for each field, which exists once it has been taken: a hook whose `latency` nobody takes
 * has none; and with the commands of an owner, which are asked for when they are taken.
 */
export function lazyRefs<Shape extends object, Owner extends object = object>() {
  return <Field extends keyof Shape & string, Command extends keyof Owner & string = never>(
    fields: readonly Field[],
    commands: readonly Command[] = [],
  ) => {
    const names = [...fields, ...commands]
    return (
      source: Readonly<ShallowRef<Shape>>,
      onFirstAccess: (field: Field) => void,
      read: (state: Shape, field: Field) => unknown = (state, field) => state[field],
      owner?: Owner,
    ): Refs<Shape, Field> & Pick<Owner, Command> => {
      // The first component to read a field may be a child, and before Vue 3.5 a computed stops with the scope in which
      // it was created. So it is created in the scope of the hook.
      const scope = getCurrentScope()
      const created: { [Key in Field]?: ComputedRef<unknown> } = {}
      const create = (field: Field) => {
        onFirstAccess(field)
        const ref = () => computed(() => read(source.value, field))
        return (created[field] = scope?.run(ref) ?? ref())
      }
      const value = (name: Field | Command) =>
        owner && name in owner ? owner[name as Command] : (created[name as Field] ?? create(name as Field))
      const refs = Object.defineProperty({}, refOf, { value })
      for (const name of names) Object.defineProperty(refs, name, accessorOf(name))
      return refs as Refs<Shape, Field> & Pick<Owner, Command> // an accessor for each name
    }
  }
}
