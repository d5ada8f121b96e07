import type { PageEvent } from '../platform/environment.ts'
import type { CloseDetail, DropReason, TautlineError } from '../shared/errors.ts'
import type { HeartbeatPolicy, Liveness } from './liveness.ts'
import type { RetryInput, RetryPolicy, RetryState } from './retry.ts'
import type { Outcome } from '../shared/outcome.ts'

/** `idle` has never opened, or has nobody to be open for; `closed` is final until `open()` or `reconnect()`. */
export type Status = 'idle' | 'connecting' | 'open' | 'backoff' | 'closed'

/** Why a connection is closed for good. */
export interface Closed {
  readonly by: 'user' | 'server' | 'fatal' | 'exhausted' | 'complete'
  readonly error?: TautlineError | undefined
}

/** A timer's name is its handle: starting one replaces it, so a forgotten timer cannot be written. */
export type TimerName = 'connect' | 'retry' | 'stable' | 'heartbeat' | 'closeDelay' | 'drain'

/** What the machine is told to do; all of it may differ from one transition to the next. Times in ms. */
export interface Policy extends RetryPolicy {
  /**
   * False for a request that is not safe to repeat, such as a POST (RFC 9110, section 9.2.2): after it was sent, it is
   * retried only if the server has not begun to process it.
   */
  readonly idempotent: boolean
  readonly connectTimeoutMs: number
  /** A connection this old has proved useful, and its failures are forgotten; Infinity where it says so itself. */
  readonly stableAfterMs: number
  readonly closeDelayMs: number
  /** The least wait before a retry that nobody looks at, in ms. @default 0 */
  readonly minHiddenDelayMs?: number | undefined
  readonly heartbeat?: HeartbeatPolicy | undefined
}

/** Drawn by the interpreter for each transition, so that the machine stays pure. */
export interface TransitionInput extends RetryInput {
  /** When the last byte came in. */
  readonly lastActivityAt: number
  /** The attempt has left the page; until then its credentials are on their way. */
  readonly isRequestSent: boolean
}

export interface State extends RetryState {
  readonly status: Status
  /** Names the one live resource. Bumped by every dial and every abandon: what carries an older one is inert. */
  readonly epoch: number
  readonly closed: Closed | undefined
  /** The least wait before a retry that the server asked for while the line was up, in ms; it holds for this destination. */
  readonly serverDelayMs: number
  readonly lastConnectAt: number
  readonly liveness: Liveness | undefined
  /** The round trip of the last answered ping, in ms. */
  readonly latency: number | undefined
}

export type MachineEvent =
  | { readonly type: 'subscribed' | 'open' | 'reconnect' | 'keyChanged' | 'checkLiveness' | 'policyChanged' }
  | { readonly type: 'unsubscribed'; readonly now?: boolean | undefined }
  | {
      readonly type: 'close'
      readonly code?: number | undefined
      readonly reason?: string | undefined
      /** Why, where it is to be as it was when it was last closed. @default by the user */
      readonly closed?: Closed | undefined
    }
  | { readonly type: 'opened' | 'provedUseful' | 'reply'; readonly epoch: number }
  | { readonly type: 'serverDelay'; readonly epoch: number; readonly delayMs: number }
  | { readonly type: 'ended'; readonly epoch: number; readonly outcome: Outcome }
  | { readonly type: 'timeout'; readonly timer: TimerName }
  | { readonly type: 'pageEvent'; readonly pageEvent: PageEvent }

/** What the interpreter is to do, as data. */
export type Effect =
  | { readonly type: 'connect' | 'flushQueue' | 'ping' | 'probe' | 'released' }
  | {
      readonly type: 'closeTransport'
      readonly code?: number | undefined
      readonly reason?: string | undefined
    }
  | { readonly type: 'start'; readonly timer: TimerName; readonly delayMs: number }
  /** One timer; without a name all but `closeDelay`, which belongs to no status. */
  | { readonly type: 'stop'; readonly timer?: TimerName | undefined }
  | { readonly type: 'dropQueued'; readonly why: DropReason }
  | { readonly type: 'emit'; readonly event: EmittedEvent }

/** What happened to the line, for those who listen. */
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

/** The next state, and what to do, in this order. The same state object means that nothing changed. */
export type Step = readonly [state: State, effects: readonly Effect[]]
