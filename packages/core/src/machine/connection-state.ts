import type { PageEvent } from '../platform/environment.ts'
import type { CloseDetail, DropReason, TautlineError } from '../shared/errors.ts'
import type { HeartbeatPolicy, Liveness } from './liveness.ts'
import type { RetryInput, RetryPolicy, RetryState, WaitingFor } from './retry.ts'
import type { Outcome } from '../shared/outcome.ts'

/** `idle`: never opened, or without a subscriber. `closed`: until `open()` or `reconnect()`. */
export type Status = 'idle' | 'connecting' | 'open' | 'backoff' | 'closed'

/** Why a connection is closed for good. */
export interface Closed {
  readonly by: 'user' | 'server' | 'fatal' | 'exhausted' | 'complete'
  readonly error?: TautlineError | undefined
}

/** The timers by name. Starting a timer replaces the running one of the same name, so none can leak. */
export type TimerName = 'connect' | 'retry' | 'stable' | 'heartbeat' | 'closeDelay' | 'drain'

/** The options as the machine reads them. They may change between transitions. Times in ms. */
export interface Policy extends RetryPolicy {
  /**
   * False for a request that is not safe to repeat, such as a POST (RFC 9110, section 9.2.2): after it was sent, it is
   * retried only if the server has not begun to process it.
   */
  readonly idempotent: boolean
  /** Creates the error of such a request that is closed although the server may be processing it. */
  readonly interruptedError?: ((by: 'page' | 'component') => TautlineError) | undefined
  readonly connectTimeoutMs: number
  /**
   * The longest time for the response, if it has a limit of its own: `connectTimeoutMs` then only limits the option
   * functions, and the session starts the timer again with the request. @default `connectTimeoutMs` for both
   */
  readonly responseTimeoutMs?: number | undefined
  /** After this time an open connection counts as useful. Infinity: only its transport decides this. */
  readonly stableAfterMs: number
  readonly closeDelayMs: number
  /** Returns the delay after a clean end, in ms; undefined: that of a failure. @default that of a failure */
  readonly delayAfterEnd?: ((state: State, policy: Policy, input: TransitionInput) => number) | undefined
  /** Each request calls the URL function, so that an attempt begins before there is a URL. */
  readonly isUrlResolvedLater?: boolean | undefined
  /** The shortest delay before a retry on a hidden page, in ms. @default 0 */
  readonly minHiddenDelayMs?: number | undefined
  readonly heartbeat?: HeartbeatPolicy | undefined
  /** After a page event, the transport itself checks whether the connection is alive: the effect `probe`. */
  readonly isProbed?: boolean | undefined
}

/** What the interpreter reads for each transition, so that the machine stays pure. */
export interface TransitionInput extends RetryInput {
  /** When the last byte was received. */
  readonly lastActivityAt: number
  /** False while the attempt still waits for its credentials. */
  readonly isRequestSent: boolean
  /** True while the connection has no subscriber. It then makes no attempt. */
  readonly isUnused?: boolean
  /** True while the transport does not read, because its subscribers are slow: silence then means nothing. */
  readonly isHeld?: boolean
}

/** What the event `transition` shows of a state. The names of all other fields are shortened in the build. */
export interface ShownState {
  readonly status: Status
  /** The number of the current transport. An event with an older number has no effect. */
  readonly epoch: number
  /** The number of retries since the connection was last useful. */
  readonly attempt: number
  /** Why the last attempt ended. */
  readonly error: TautlineError | undefined
  readonly closed: Closed | undefined
  readonly waitingFor: WaitingFor | undefined
  /** When the next attempt is due, by the wall clock; undefined if no timer runs for it. */
  readonly retryAt: number | undefined
  /** The round trip of the last ping that got a reply, in ms. */
  readonly latency: number | undefined
}

export interface State extends RetryState, ShownState {
  /**
   * The shortest delay before a retry, in ms, that the server requested over the connection; undefined if it requested
   * none. Reset by `open()`.
   */
  readonly serverDelayMs: number | undefined
  readonly lastConnectAt: number
  /** While it is `connecting`: it was idle, and another URL function is called. It shows `idle` until there is a URL. */
  readonly isTentative: boolean
  /** While it is `connecting`: there is a newer URL function, which is called if the running one returns nothing. */
  readonly hasNewUrl: boolean
  readonly liveness: Liveness | undefined
  /** It may be dead after sleep or a change of network, and is replaced unless a byte arrives. Without a heartbeat. */
  readonly isSuspect: boolean
}

export type MachineEvent =
  | {
      readonly type:
        | 'subscribed'
        | 'open'
        | 'reconnect'
        | 'keyChanged'
        | 'checkLiveness'
        | 'policyChanged'
        | 'urlChanged'
    }
  | { readonly type: 'unsubscribed'; readonly now?: boolean | undefined }
  | {
      readonly type: 'close'
      readonly code?: number | undefined
      readonly reason?: string | undefined
      /** The reason, if an earlier close is restored. @default by the user */
      readonly closed?: Closed | undefined
    }
  | {
      readonly type: 'requestSent' | 'opened' | 'provedUseful' | 'reply' | 'activity'
      readonly epoch: number
    }
  | { readonly type: 'serverDelay'; readonly epoch: number; readonly delayMs: number }
  | { readonly type: 'ended'; readonly epoch: number; readonly outcome: Outcome }
  | { readonly type: 'timeout'; readonly timer: TimerName }
  | { readonly type: 'pageEvent'; readonly pageEvent: PageEvent }

/** What the interpreter must do, as data. */
export type Effect =
  | { readonly type: 'connect' | 'flushQueue' | 'ping' | 'probe' | 'released' | 'unanswered' }
  | {
      readonly type: 'closeTransport'
      readonly code?: number | undefined
      readonly reason?: string | undefined
    }
  | { readonly type: 'start'; readonly timer: TimerName; readonly delayMs: number }
  /** Stops one timer. Without a name: all except `closeDelay`, which belongs to no status. */
  | { readonly type: 'stop'; readonly timer?: TimerName | undefined }
  | { readonly type: 'dropQueued'; readonly why: DropReason }
  | { readonly type: 'emit'; readonly event: EmittedEvent }

/** What happened to the connection, for handlers and listeners. */
export type EmittedEvent =
  | { readonly type: 'open' }
  | ({ readonly type: 'close'; readonly error: TautlineError | undefined } & CloseDetail)
  | { readonly type: 'error'; readonly error: TautlineError }
  | {
      readonly type: 'retry'
      readonly attempt: number
      readonly retryAt: number
      readonly error: TautlineError | undefined
    }
  | { readonly type: 'give-up'; readonly attempts: number; readonly error: TautlineError | undefined }

/** The next state, and the effects in order. The same state object means that nothing changed. */
export type Step = readonly [state: State, effects: readonly Effect[]]
