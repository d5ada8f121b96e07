import type {
  FetchBindingObserver,
  FetchCommands,
  FetchOptions,
  FetchSnapshot,
  TrackedField,
  UrlOption,
} from '@tautline/core/fetch'

/** The result of `useFetch`: the state of the request, and commands that are the same functions in every render. */
export type FetchResult<Body, Data, Selected = Data, Input = unknown> = FetchSnapshot<Selected> &
  FetchCommands<Body, Data, Input>

const TRACKED_FIELDS = [
  'isFetching',
  'response',
  'progress',
  'staleAt',
  'failure',
  'attempt',
  'retryAt',
  'waitingFor',
] as const
const COMMANDS = ['execute', 'refetch', 'abort', 'reset', 'mutate'] as const

type Observer = FetchBindingObserver<unknown, unknown>

/** The property descriptors of all results. They are created once, because a page may render thousands of results. */
let accessors: (PropertyDescriptorMap & ThisType<Result>) | undefined

function createAccessors(): PropertyDescriptorMap & ThisType<Result> {
  const all: PropertyDescriptorMap & ThisType<Result> = {}
  const define = (name: string, get: (this: Result) => unknown) => (all[name] = { enumerable: true, get })
  for (const field of TRACKED_FIELDS) {
    define(field, function get() {
      return this.read(field)
    })
  }
  for (const name of COMMANDS) {
    define(name, function get() {
      return this.command(name)
    })
  }
  return all
}

/** The result of one render. Its fields are own properties, so that it can be spread. */
class Result {
  readonly status: string
  readonly data: unknown
  readonly error: FetchSnapshot<unknown>['error']
  readonly #observer: Observer
  readonly #snapshot: FetchSnapshot<unknown>

  constructor(observer: Observer, snapshot: FetchSnapshot<unknown>, data: unknown) {
    this.status = snapshot.status
    this.data = data
    this.error = snapshot.error
    this.#observer = observer
    this.#snapshot = snapshot
    Object.defineProperties(this, (accessors ??= createAccessors()))
  }

  /**
   * Reads a tracked field. From then on the component also renders when only this field changes
   * (docs/decisions/tracked-fields.md).
   */
  read(field: TrackedField): unknown {
    this.#observer.track(field)
    const { status, data } = this.#snapshot
    const latest = this.#observer.getSnapshot()
    // While React hydrates a page, `#snapshot` is what the server rendered, but the cache may have newer data already.
    // The newest snapshot is used only if it belongs to the data that this render shows.
    return (latest.status === status && Object.is(latest.data, data) ? latest : this.#snapshot)[field]
  }

  command(name: (typeof COMMANDS)[number]): unknown {
    return this.#observer[name]
  }
}

/**
 * Creates the result of one render.
 *
 * @param data the `data` of the snapshot after `select`
 */
export function createFetchResult<Body, Data, Selected>(
  observer: FetchBindingObserver<Body, Data>,
  snapshot: FetchSnapshot<Data | undefined>,
  data: Selected | Data | undefined,
): FetchResult<Body, Data, Selected> {
  // `Result` does not depend on the type of the data.
  const result: unknown = new Result(observer as unknown as Observer, snapshot, data)
  // The accessors define the fields that the class does not declare.
  return result as FetchResult<Body, Data, Selected>
}

/**
 * Creates the result of a render with these arguments.
 *
 * @param stored the snapshot that React has for this render
 * @throws TautlineError with `throwOnError` the error of the request
 */
export function toFetchResult<Body, Data, Selected>(
  observer: FetchBindingObserver<Body, Data>,
  url: UrlOption,
  options: FetchOptions<Body, Data, Selected>,
  stored: FetchSnapshot<Data | undefined>,
): FetchResult<Body, Data, Selected> {
  // The observer gets new arguments only after the commit. If they name another request, this render must not show the
  // data of the old one.
  const snapshot = observer.preview(url, options) ?? stored
  if (options.throwOnError && snapshot.status === 'error') throw snapshot.error
  const { data } = snapshot
  const { select } = options
  return createFetchResult<Body, Data, Selected>(
    observer,
    snapshot,
    select && data !== undefined ? observer.select(select, data) : data,
  )
}
