import { type ComputedRef, type ShallowRef, computed, getCurrentScope } from 'vue'

type Refs<Shape, Field extends keyof Shape> = { readonly [Key in Field]: ComputedRef<Shape[Key]> }

const refOf = /* @__PURE__ */ Symbol('refOf')

/**
 * Creates a factory of objects that have a read-only ref for each field, and the commands of an owner.
 *
 * A ref is created when its field is read for the first time, so a hook whose `latency` is never read has no ref for
 * it. All objects of a factory share their accessors, because a page may hold thousands of hooks.
 */
export function lazyRefs<Shape extends object, Owner extends object = object>() {
  return <Field extends keyof Shape & string, Command extends keyof Owner & string = never>(
    fields: readonly Field[],
    commands: readonly Command[] = [],
  ) => {
    const accessors: PropertyDescriptorMap = {}
    for (const name of [...fields, ...commands]) {
      accessors[name] = {
        enumerable: true,
        get(this: { [refOf](name: string): unknown }) {
          return this[refOf](name)
        },
      }
    }
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
      // There is one accessor per name.
      return Object.defineProperties(refs, accessors) as Refs<Shape, Field> & Pick<Owner, Command>
    }
  }
}
