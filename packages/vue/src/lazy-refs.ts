import { type ComputedRef, computed, getCurrentScope } from 'vue'

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

/** What the refs of one hook show. */
interface RefSource<Shape extends object> {
  readonly state: { readonly value: Shape }
  read(state: Shape, field: keyof Shape & string): unknown
  /** Called before a ref is created. */
  onFirstAccess(field: keyof Shape & string): void
}

/**
 * Creates an object with a read-only ref for each field and the commands of an owner. A ref is created when the field is
 * first read.
 *
 * @param names the fields, and the commands of `owner`
 */
export function lazyRefs<Shape extends object>(
  names: readonly string[],
  { state, read, onFirstAccess }: RefSource<Shape>,
  owner?: object,
): object {
  // The first component to read a field may be a child, and before Vue 3.5 a computed stops with the scope in which it
  // was created. So it is created in the scope of the hook.
  const scope = getCurrentScope()
  const created: Record<string, ComputedRef<unknown>> = {}
  const create = (name: string) => {
    const field = name as keyof Shape & string // the other names are commands
    onFirstAccess(field)
    const ref = () => computed(() => read(state.value, field))
    return (created[name] = scope?.run(ref) ?? ref())
  }
  const value = (name: string): unknown =>
    owner && name in owner ? owner[name as keyof typeof owner] : (created[name] ?? create(name))
  const refs = Object.defineProperty({}, getValue, { value })
  for (const name of names) Object.defineProperty(refs, name, getOrCreateAccessor(name))
  return refs
}
