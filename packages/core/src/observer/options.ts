import type { TautlineError } from '../shared/errors.ts'
import type { ClosedEvent, RetryEvent, GiveUpEvent, OpenInfo } from '../shared/hook-events.ts'
import type { RetryDelay } from '../shared/backoff.ts'
import type { Environment } from '../platform/environment.ts'
import type { MessageInfo, Reducer } from '../shared/reducers.ts'

/** Whether and when to try again. */
export interface RetryOptions {
  /** So many retries in a row; then `closed` by `exhausted`. @default Infinity */
  readonly limit?: number | undefined
  /** The wait before each, in ms. @default quickThenSpread() */
  readonly delay?: RetryDelay | undefined
  /** The last word on whether an error is worth a retry; `retryable` is what the table in the docs says. */
  readonly when?: ((error: TautlineError | undefined, retryable: boolean) => boolean) | undefined
}

/** What every hook takes; all of it is optional. */
export interface CommonOptions<Incoming, Data, Selected = Data> {
  /** False: stay idle, until `open()`. @default true */
  readonly enabled?: boolean | undefined
  /** The fold that makes `data`. @default latest() */
  readonly reduce?: Reducer<Incoming, Data> | undefined
  /** What `data` is before the first message, and again when the destination has changed. */
  readonly initialData?: Data | undefined
  /** The part of `data` that this hook shows; a change outside it renders nothing. */
  readonly select?: ((data: Data) => Selected) | undefined
  /** When and whether to try again; false: never. @default unlimited, one quick try, then spread */
  readonly retry?: false | RetryOptions | undefined
  /** `connect`: how long one attempt may take, in ms. @default 10000 */
  readonly timeout?: { readonly connect?: number | undefined } | undefined
  /** What holds attempts back: a hidden page (the line closes too), a network that is gone. @default \{ hidden: false, offline: true \} */
  readonly pause?:
    | { readonly hidden?: boolean | undefined; readonly offline?: boolean | undefined }
    | undefined
  /** False: a connection of one's own. Otherwise all with the same identity share one. @default true */
  readonly share?: boolean | undefined
  /**
   * Part of the identity, added to the `providerKey`: different keys never share. Give one for each user, since a page cannot see cookies. With a `key` of the
   * hook's own (not the provider's) functions are not compared, so that different function objects share; with a URL function it must name the URL. On a
   * server two hooks share a connection only if they have a `key`, their own or the provider's, and the rest of the identity is equal. @default none
   */
  readonly key?: string | undefined
  /**
   * The `key` of a provider above: part of the identity of every hook below it, beside a hook's own `key`. It tells users apart and, unlike `key`, does not
   * bring different functions together. Set by `TautlineProvider` and `app.use(tautline)`.
   */
  readonly providerKey?: string | undefined
  /** How long the connection outlives its last component, in ms, so that navigation does not flap. @default 1000 */
  readonly closeDelay?: number | undefined
  /** When a change of `data` is announced; the state itself is always current. @default 'frame' */
  readonly notify?: 'frame' | 'microtask' | 'sync' | undefined
  readonly onOpen?: ((event: OpenInfo) => void) | undefined
  readonly onMessage?: ((message: Incoming, info: MessageInfo) => void) | undefined
  readonly onClose?: ((event: ClosedEvent) => void) | undefined
  readonly onError?: ((error: TautlineError) => void) | undefined
  readonly onRetry?: ((event: RetryEvent) => void) | undefined
  readonly onGiveUp?: ((event: GiveUpEvent) => void) | undefined
  /** Clock, chance, page and platform; read once, when the hook is created. @default the platform's */
  readonly environment?: Partial<Environment> | undefined
}
