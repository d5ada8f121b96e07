import type { TautlineError } from '../shared/errors.ts'
import type { StoreMethods } from '../observer/base-observer.ts'
import type { WaitingFor } from '../machine/retry.ts'
import type { Progress } from './request/send-request.ts'
import type { ExecuteOptions, FetchOptions } from './options.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { GiveUpEvent, RetryEvent } from '../shared/hook-events.ts'

/** The head of the response that brought the data. A 304 updates its headers (RFC 9111, section 3.2). */
export interface ResponseHead {
  readonly status: number
  /** The final URL, after redirects. */
  readonly url: string
  readonly headers: Headers
}

/**
 * The status of a request. `idle`: nothing was requested, or it was aborted before a response; `pending`: waiting for
 * the first response; `success`: `data` is from a response or `initialData`, and undefined after a 204, a 205 or an
 * empty body, unless the codec returns a value; `error`: the last request failed and is not retried any more, and
 * `data` is from before.
 */
export type FetchStatus = 'idle' | 'pending' | 'success' | 'error'

interface FetchFields<Data> {
  readonly data: Data
  /**
   * Why the last request failed, after its retries; until then see `failure`. With status `success` a refetch failed and the cached response is
   * still shown (`stale-if-error`, RFC 5861, section 4).
   */
  readonly error: TautlineError | undefined
  /** Whether a request is in flight or waits for a retry. */
  readonly isFetching: boolean
  /** The head of the response that brought `data`. */
  readonly response: ResponseHead | undefined
  /** Bytes sent and received by the current or last request. Counted only while a component reads this field. */
  readonly progress: Progress
  /** When the response becomes stale, in ms since the epoch. */
  readonly staleAt: number | undefined
  /** Why the last attempt of the current request failed, while it is retried. */
  readonly failure: TautlineError | undefined
  /** The number of retries of the current request. */
  readonly attempt: number
  /** When the next attempt starts, in ms since the epoch. */
  readonly retryAt: number | undefined
  /** What the next attempt waits for. */
  readonly waitingFor: WaitingFor | undefined
}

/** The state of a request. Frozen, and the same object until something changes. */
export type FetchSnapshot<Data> = FetchFields<Data> &
  (
    | { readonly status: 'idle' | 'pending'; readonly error: undefined }
    | { readonly status: 'success' }
    | { readonly status: 'error'; readonly error: TautlineError }
  )

/** Fields that re-render only the components that read them. */
export type TrackedField =
  | 'isFetching'
  | 'response'
  | 'progress'
  | 'staleAt'
  | 'failure'
  | 'attempt'
  | 'retryAt'
  | 'waitingFor'

/** Events that `on` can listen to. */
export interface FetchEventMap<Body> {
  /** A decoded response. */
  readonly message: Body
  /** The request failed and is not retried any more. */
  readonly error: TautlineError
  readonly retry: RetryEvent
  readonly 'give-up': GiveUpEvent
}

/** When an optimistic update is rolled back. */
export interface MutateOptions {
  /**
   * A promise such as that of `execute`. If it rejects, the update is rolled back; if it resolves, the update stays.
   * A response that arrives before that is not shown: once all writes have ended, the data are requested again. So it
   * has to settle, as a promise of `execute` always does; else call the function that rolls the update back.
   * @default none: the update stays until the next response
   */
  readonly rollback?: PromiseLike<unknown> | undefined
}

/** Rolls an optimistic update back. */
export interface RollBack {
  (): void
  /** How many components and clients show the update. */
  readonly reached: number
}

/** The commands of a request. Each function keeps its identity. */
export interface FetchCommands<Body, Data, Input = unknown> {
  /**
   * Sends the request now, whatever is cached, with these options over the observer's own. A write (POST, PUT, PATCH,
   * DELETE) is a new request each time and continues after the component unmounts. A read is shared with others.
   *
   * The promise resolves to the decoded response; to undefined if the server responded with no content, such as 204, or
   * with an empty body instead of JSON: if yours does, use `json<Body | undefined>()`. It rejects with a `TautlineError`, such as `aborted`. A rejection
   * without a handler is not reported as unhandled, since `error` and `onError` have it.
   */
  execute(overrides?: ExecuteOptions<Input>): Promise<Body>
  /** Sends the observer's own request again. A request that was sent before this call is aborted. */
  refetch(): Promise<Body>
  /** Aborts the request and shows the data of the own URL. The request continues if other components wait for it. */
  abort(): void
  /**
   * Shows the data of the own URL instead of the result or error of `execute`: a write is `idle` again. A write in
   * flight continues.
   */
  reset(): void
  /**
   * Changes the data at once in all components with the same request and codec object, and returns a function that
   * rolls the change back. Components with another codec refetch. A request in flight is sent again, since its response
   * may be older than the change.
   */
  mutate(update: (data: Data | undefined) => Data, options?: MutateOptions): RollBack
  mutate(data: Data, options?: MutateOptions): RollBack
}

/** A request and its state. `Shown` is the type of the data in snapshots, which is undefined before a response. */
export interface FetchObserver<Body, Data, Shown = Data | undefined, Input = unknown> extends FetchCommands<
  Body,
  Data,
  Input
> {
  /** Adds a listener. The first one sends the request unless the cache is fresh; without listeners it is aborted. */
  subscribe: (listener: () => void) => () => void
  getSnapshot: () => FetchSnapshot<Shown>
  /** The snapshot that a server renders and the first client render repeats. Rendering on a server sends nothing. */
  getServerSnapshot: () => FetchSnapshot<Shown>
  /** Adds a listener for an event and returns a function that removes it. Sends nothing. */
  on<Type extends keyof FetchEventMap<Body>>(
    type: Type,
    listener: (event: FetchEventMap<Body>[Type]) => void,
  ): () => void
  /** Marks a field as read, so that changes of this field alone notify subscribers from now on. */
  track(field: TrackedField): void
}

/** The interface between a request and a framework binding. */
export interface FetchBindingObserver<Body, Data>
  extends Omit<FetchObserver<Body, Data>, 'on'>, StoreMethods<FetchSnapshot<Data | undefined>> {
  /**
   * Sets the URL and options, and sends the request if they name another one. It is cheap, so that bindings can call it
   * in every render.
   */
  setOptions(url: UrlOption, options?: FetchOptions<Body, Data, unknown>): void
  /**
   * Returns the snapshot for a render with these arguments, before `setOptions` gets them. Undefined if they name the
   * same request.
   */
  preview(
    url: UrlOption,
    options?: FetchOptions<Body, Data, unknown>,
  ): FetchSnapshot<Data | undefined> | undefined
  /** Returns the selected part of the data: the same object while it is equal. */
  select<Shown, Selected>(select: (data: Shown) => Selected, data: Shown): Selected
  /**
   * Called at changes while there are no subscribers: after `execute` before a component is mounted, or on a server.
   */
  onUnownedChange: (() => void) | undefined
}
