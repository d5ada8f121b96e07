import type { FetchCommands, FetchSnapshot, FetchBindingObserver, TrackedField } from '@tautline/core/fetch'

/** What `useFetch` gives back: the state of the request, and the commands, whose identity never changes. */
export type FetchResult<Body, Data, Selected = Data> = FetchSnapshot<Selected> & FetchCommands<Body, Data>

const QUIET = ['isFetching', 'response', 'progress', 'staleAt', 'attempt', 'retryAt', 'waitingFor'] as const
const COMMANDS = ['execute', 'refetch', 'abort', 'mutate'] as const

type Observer = FetchBindingObserver<unknown, unknown>

/** Made once, for all results: a page may render thousands. */
let accessors: (PropertyDescriptorMap & ThisType<Result>) | undefined

function accessorsOfAll(): PropertyDescriptorMap & ThisType<Result> {
  const all: PropertyDescriptorMap & ThisType<Result> = {}
  const define = (name: string, get: (this: Result) => unknown) => (all[name] = { enumerable: true, get })
  for (const field of QUIET) {
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

/** One render's view: its fields are its own, so that it can be spread. */
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
    Object.defineProperties(this, (accessors ??= accessorsOfAll()))
  }

  /** Reading a quiet field is what makes a component render for it alone: docs/decisions/quiet-fields.md. */
  read(field: TrackedField): unknown {
    this.#observer.track(field)
    const { status, data } = this.#snapshot
    const now = this.#observer.getSnapshot()
    // Where a page is taken over, what is shown first is what the server has rendered, whatever is kept already.
    return (now.status === status && Object.is(now.data, data) ? now : this.#snapshot)[field]
  }

  command(name: (typeof COMMANDS)[number]): unknown {
    return this.#observer[name]
  }
}

/** @param data the part of it that the component shows */
export function resultOf<Body, Data, Selected>(
  observer: FetchBindingObserver<Body, Data>,
  snapshot: FetchSnapshot<Data | undefined>,
  data: Selected | Data | undefined,
): FetchResult<Body, Data, Selected> {
  // What the data is does not matter to it.
  const made: unknown = new Result(observer as unknown as Observer, snapshot, data)
  return made as FetchResult<Body, Data, Selected> // with an accessor for each of the other fields
}
