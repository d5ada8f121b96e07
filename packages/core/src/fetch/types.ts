import type { TautlineError } from '../shared/errors.ts'
import type { WaitingFor } from '../machine/retry.ts'
import type { Progress } from './request/send-request.ts'
import type { FetchOverrides } from './options.ts'
import type { GiveUpEvent, RetryEvent } from '../shared/hook-events.ts'

/** The head of an answer that brought data. A 304 leaves it as it is: it says that nothing is new. */
export interface ResponseHead {
  readonly status: number
  /** Where it came from in the end: after redirects. */
  readonly url: string
  readonly headers: Headers
}

/**
 * `idle`: nothing was asked, or what was asked has been aborted before there was an answer; `pending`: the first answer is awaited; `success`:
 * `data` is an answer, or `initialData`; `error`: the last request failed for good, and `data` is what was there before.
 */
export type FetchStatus = 'idle' | 'pending' | 'success' | 'error'

interface FetchFields<Data> {
  readonly data: Data
  /** Why the last request failed for good. With `success` it is a refresh that failed while the old answer may stand in for it (`stale-if-error`). */
  readonly error: TautlineError | undefined
  /** A request is under way, or waits for its retry. */
  readonly isFetching: boolean
  /** Of the answer that brought `data`. */
  readonly response: ResponseHead | undefined
  /** Of the request that is under way, or of the last one, in bytes; counted while somebody looks at it. */
  readonly progress: Progress
  /** Until when the answer is fresh, in ms since the epoch. */
  readonly staleAt: number | undefined
  /** Retries of the request that is under way. */
  readonly attempt: number
  /** When the next attempt is due, in ms since the epoch. */
  readonly retryAt: number | undefined
  /** What the next attempt waits for. */
  readonly waitingFor: WaitingFor | undefined
}

/** The state of a request as one hook sees it: frozen, and the same object until something has changed. */
export type FetchSnapshot<Data> = FetchFields<Data> &
  (
    | { readonly status: 'idle' | 'pending'; readonly error: undefined }
    | { readonly status: 'success' }
    | { readonly status: 'error'; readonly error: TautlineError }
  )

/** Fields that change by themselves while all is well: a hook renders for one of them alone only where it shows it. */
export type TrackedField =
  | 'isFetching'
  | 'response'
  | 'progress'
  | 'staleAt'
  | 'attempt'
  | 'retryAt'
  | 'waitingFor'

/** What can be listened to with `on`. */
export interface FetchEventMap<Body> {
  /** An answer that brought something. */
  readonly message: Body
  /** The request failed for good. */
  readonly error: TautlineError
  readonly retry: RetryEvent
  readonly 'give-up': GiveUpEvent
}

/** How a change of the data is taken back. */
export interface MutateOptions {
  /** The change is taken back when this rejects, such as what `execute` gives, and stays when it resolves. Until then answers do not hide it. */
  readonly rollback?: PromiseLike<unknown> | undefined
}

/** What can be done with a request; each keeps its identity. */
export interface FetchCommands<Body, Data> {
  /**
   * Asks now, whatever is kept, with these options over those of the hook. What changes something (POST, PUT, PATCH, DELETE) is a request of its
   * own each time, and goes on when the component goes. What only reads is shared, and the hook shows the newest.
   *
   * The promise gives what the codec made of the answer. It rejects with a `TautlineError`, also `aborted`; a rejection that nobody awaits is
   * no unhandled one, since `error` and `onError` have it.
   */
  execute(overrides?: FetchOverrides): Promise<Body>
  /** Asks anew for what the hook's own options name. What is on its way already, and older than this call, is given up for it. */
  refetch(): Promise<Body>
  /** Gives the request up; the hook shows what it has of its own URL. A request that other components wait for goes on for them. */
  abort(): void
  /**
   * Changes the data at once, for all who show it, and returns how to take that back. A request that was under way is asked anew: its answer may be
   * older than the change.
   */
  mutate(update: (data: Data | undefined) => Data, options?: MutateOptions): () => void
  mutate(data: Data, options?: MutateOptions): () => void
}

/** What a binding needs of a request; `Shown` is what its snapshots show, which before the first answer is nothing. */
export interface FetchObserver<Body, Data, Shown = Data | undefined> extends FetchCommands<Body, Data> {
  /** Subscription is ownership: the first one asks, unless what is kept is fresh; after the last one the request is given up. */
  subscribe: (listener: () => void) => () => void
  getSnapshot: () => FetchSnapshot<Shown>
  /** The first snapshot, which a server renders and the first client render repeats. Nothing is asked on a server by itself. */
  getServerSnapshot: () => FetchSnapshot<Shown>
  /** Listens to every occurrence; does not ask anything. */
  on<Type extends keyof FetchEventMap<Body>>(
    type: Type,
    listener: (event: FetchEventMap<Body>[Type]) => void,
  ): () => void
  /** Says that a quiet field is shown, so that a change of it alone is announced from now on. */
  track(field: TrackedField): void
}
