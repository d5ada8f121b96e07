import { type ComputedRef, type MaybeRefOrGetter, computed, getCurrentScope, toValue, unref } from 'vue'

/** What all results of one kind of hook have in common. */
export interface ResultKind<Observer> {
  /** A change of these fields alone notifies only if they have been read (docs/decisions/tracked-fields.md). */
  readonly tracked: readonly string[]
  /** The commands that are those of the observer. */
  readonly commands: readonly string[]
  /** Creates the other commands, whose arguments may have refs and proxies. */
  readonly create?: Readonly<Record<string, (observer: Observer) => unknown>>
  /** Whether `select` also runs for `data` that are undefined. */
  readonly selectsUndefined: boolean
}

/** What a result uses of an observer, besides its commands. */
interface RefsObserver {
  track(field: never): void
  select?<Data, Selected>(select: (data: Data) => Selected, data: Data): Selected
}

export type SelectOptions = { readonly select?: unknown } | undefined

const valueOf = (source: object, name: string): unknown => source[name as keyof typeof source]

/** What the result of one hook shows. One object, because a page may have thousands of hooks. */
export abstract class RefSource<Observer extends RefsObserver> {
  readonly observer: Observer
  readonly #kind: ResultKind<Observer>
  readonly #options: MaybeRefOrGetter<SelectOptions>
  // The first component to read a field may be a child, and before Vue 3.5 a computed stops with the scope in which it
  // was created. So it is created in the scope of the hook.
  readonly #scope = getCurrentScope()
  /** The refs and commands that were taken, by name. */
  #taken: Record<string, unknown> | undefined

  constructor(kind: ResultKind<Observer>, observer: Observer, options: MaybeRefOrGetter<SelectOptions>) {
    this.#kind = kind
    this.observer = observer
    this.#options = options
  }

  /** Returns the snapshot that is shown, and tracks its changes. */
  protected abstract current(): object

  /** Vue makes no proxy of an object with this property, also if the result is inside a reactive object. */
  get __v_skip(): true {
    return true
  }

  /** Returns the ref or the command of this name: the same one each time. */
  get(name: string): unknown {
    return ((this.#taken ??= {})[name] ??= this.#create(name))
  }

  #create(name: string): unknown {
    const { observer } = this
    const { tracked, commands, create } = this.#kind
    const own = create?.[name]
    if (own) return own(observer)
    if (commands.includes(name)) return valueOf(observer, name)
    if (tracked.includes(name)) observer.track(name as never) // the fields of this kind
    const createRef = (): ComputedRef<unknown> => computed(() => this.#read(name))
    return this.#scope?.run(createRef) ?? createRef()
  }

  #read(name: string): unknown {
    const value = valueOf(this.current(), name)
    if (name !== 'data' || (value === undefined && !this.#kind.selectsUndefined)) return value
    const select = unref(toValue(this.#options)?.select)
    // With `collect()`, the type of its data is that of the shown list.
    return select ? this.observer.select?.(select as (data: unknown) => unknown, value) : value
  }
}

const sourceKey = /* @__PURE__ */ Symbol('source')

/** Accessors by name, shared by all results. */
const accessors: PropertyDescriptorMap = {}

const getOrCreateAccessor = (name: string): PropertyDescriptor =>
  (accessors[name] ??= {
    enumerable: true,
    get(this: { readonly [sourceKey]: { get(name: string): unknown } }) {
      return this[sourceKey].get(name)
    },
  })

/** Creates an object with read-only refs and commands of these names. Each is created when it is first read. */
export function lazyRefs(source: { get(name: string): unknown }, names: readonly string[]): object {
  const refs = Object.defineProperty({}, sourceKey, { value: source })
  for (const name of names) Object.defineProperty(refs, name, getOrCreateAccessor(name))
  return refs
}
