/** What all results of one kind of hook have in common. */
export interface ResultKind {
  /** The fields that are tracked once the component reads them (docs/decisions/tracked-fields.md). */
  readonly tracked: readonly string[]
  /** The commands. Those that an observer does not have are left out. */
  readonly commands: readonly string[]
  /** Returns the snapshot whose tracked fields are shown. @default the one of the render */
  readonly latest?: (observer: never, snapshot: never) => object
}

/** What a result uses of an observer, besides its commands. */
interface Tracker {
  track(field: never): void
}

/** The accessors of all results, by name. */
const accessors: Record<string, PropertyDescriptor & ThisType<Result>> = {}

const getOrCreateAccessor = (name: string) =>
  (accessors[name] ??= {
    enumerable: true,
    get() {
      return this.read(name)
    },
  })

const valueOf = (source: object, name: string): unknown => source[name as keyof typeof source]

/**
 * The result of one render of any hook. Its fields are own properties, so that it can be spread. The tracked fields and
 * the commands are accessors that all results share, because a page may render thousands of results.
 */
class Result {
  [field: string]: unknown
  readonly #kind: ResultKind
  readonly #observer: Tracker
  readonly #snapshot: object

  constructor(kind: ResultKind, observer: Tracker, snapshot: object, data: unknown) {
    this.#kind = kind
    this.#observer = observer
    this.#snapshot = snapshot
    const define = (name: string) => Object.defineProperty(this, name, getOrCreateAccessor(name))
    // Always in the same order, so that all results of a hook have one hidden class.
    for (const field of Object.keys(snapshot)) {
      if (kind.tracked.includes(field)) define(field)
      else this[field] = field === 'data' ? data : valueOf(snapshot, field)
    }
    for (const name of kind.commands) if (name in observer) define(name)
  }

  /** Reads a command, or a tracked field: from then on the component also renders when only this field changes. */
  read(name: string): unknown {
    const observer = this.#observer
    const snapshot = this.#snapshot
    const { tracked, latest } = this.#kind
    if (!tracked.includes(name)) return valueOf(observer, name)
    observer.track(name as never) // the fields of this kind
    return valueOf(latest?.(observer as never, snapshot as never) ?? snapshot, name) // those of this kind
  }
}

/**
 * Creates the result of one render. Its commands are created when they are taken, and are the same functions in every
 * render.
 *
 * @param data the data of the snapshot after `select`
 */
export const createResult = (kind: ResultKind, observer: Tracker, snapshot: object, data?: unknown): object =>
  new Result(kind, observer, snapshot, data)
