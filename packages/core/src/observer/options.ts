import type { TautlineError } from '../shared/errors.ts'
import type { ClosedEvent, RetryEvent, GiveUpEvent, OpenInfo } from '../shared/hook-events.ts'
import type { RetryDelay } from '../shared/backoff.ts'
import type { FullEnvironment } from '../platform/environment.ts'
import type { MessageInfo, Reducer, ShownData } from '../shared/reducers.ts'

/** Whether and when to retry. */
export interface RetryOptions {
  /** The most retries in a row. Then the connection closes, with `closed.by` 'exhausted'. @default Infinity */
  readonly limit?: number | undefined
  /** The delay before each retry, in ms. @default quickThenSpread() */
  readonly delay?: RetryDelay | undefined
  /** Decides whether to retry after an error. `retryable` is the default decision, by the table in the docs. */
  readonly when?: ((error: TautlineError | undefined, retryable: boolean) => boolean) | undefined
}

/**
 * The options that all hooks have. All of them are optional. `Message` is `Incoming`, or `NoInfer` of it.
 */
export interface CommonOptions<Incoming, Data, Selected = unknown, Message = Incoming> {
  /** False: does not open before `open()`. @default true */
  readonly enabled?: boolean | undefined
  /** How messages are combined into `data`. @default latest() */
  readonly reduce?: Reducer<Message, Data> | undefined
  /** The value of `data` before the first message, also after the connection key has changed. */
  readonly initialData?: Data | undefined
  /** Selects the part of `data` that this hook shows. Changes of other parts do not re-render. */
  readonly select?: ((data: ShownData<Data, Incoming>) => Selected) | undefined
  /** Whether and when to retry; false: never. @default unlimited: one quick retry, then random delays */
  readonly retry?: false | RetryOptions | undefined
  /**
   * `connect`: how long one attempt may take, in ms; 0 and false: no limit.
   *
   * @default 10000; an event stream waits for its response without a limit
   */
  readonly timeout?: { readonly connect?: number | false | undefined } | undefined
  /**
   * When to make no attempts: on a hidden page (which also closes the connection), and while offline.
   * @default \{ hidden: false, offline: true \}
   */
  readonly pause?:
    | { readonly hidden?: boolean | undefined; readonly offline?: boolean | undefined }
    | undefined
  /** False: its own connection. True: hooks with the same identity share one. @default true */
  readonly share?: boolean | undefined
  /**
   * Part of the identity, in addition to the `providerKey`: hooks with different keys never share. Give each user a
   * key, since a page cannot see cookies. A hook with its own `key` (not the provider's) shares despite different
   * function objects; if the URL is a function, the key must identify the URL. On a server, hooks share only if they
   * have a `key`, their own or the provider's. @default none
   */
  readonly key?: string | undefined
  /**
   * The `key` of the provider: part of the identity of every hook below it, in addition to the hook's own `key`. It
   * separates users. Unlike `key`, it does not let different function objects share. Set by `TautlineProvider` and
   * `app.use(tautline)`.
   */
  readonly providerKey?: string | undefined
  /** How long the connection stays open after its last component has unmounted, in ms. @default 1000 */
  readonly closeDelay?: number | undefined
  /** When components are notified of new `data`. The state itself is always current. @default 'frame' */
  readonly notify?: 'frame' | 'microtask' | 'sync' | undefined
  readonly onOpen?: ((event: OpenInfo) => void) | undefined
  readonly onMessage?: ((message: Message, info: MessageInfo) => void) | undefined
  readonly onClose?: ((event: ClosedEvent) => void) | undefined
  readonly onError?: ((error: TautlineError) => void) | undefined
  readonly onRetry?: ((event: RetryEvent) => void) | undefined
  readonly onGiveUp?: ((event: GiveUpEvent) => void) | undefined
  /** Replaces functions of the platform. Read once, when the hook is created. @default the platform's */
  readonly environment?: Partial<FullEnvironment> | undefined
}
