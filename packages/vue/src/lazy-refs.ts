import { type ComputedRef, type ShallowRef, computed, getCurrentScope } from 'vue'

type Refs<Shape, Field extends keyof Shape> = { readonly [Key in Field]: ComputedRef<Shape[Key]> }

const getValue = /* @__PURE__ */ Symbol('getValue')

/** Accessors by name, shared by all objects, because a page may have thousands of hooks. */
const accessors: PropertyDescriptorMap = {}

const getOrCreateAccessor = (name: string): PropertyDescriptor =>
  (accessors[name] ??= {
    enumerable: true,
    get(this: { [getValue](name: string): unknown }) {
      return this[getValue](name)
    },
  })

/**
 * Creates a factory of objects with a read-only ref for each field and the commands of an owner. A ref is created when
 * the field is first read.
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
      const refs = Object.defineProperty({}, getValue, { value })
      for (const name of names) Object.defineProperty(refs, name, getOrCreateAccessor(name))
      return refs as Refs<Shape, Field> & Pick<Owner, Command> // an accessor for each name
    }
  }
}
