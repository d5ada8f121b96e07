import type { PageEvent } from '../platform/environment.ts'
import type { RetryDelay } from '../shared/backoff.ts'
import type { TautlineError, CloseDetail, DropReason } from '../shared/errors.ts'
import type { HeartbeatPolicy, Liveness } from './liveness.ts'
import type { Outcome } from '../shared/outcome.ts'

/** `idle` has never opened, or has nobody to be open for; `closed` is final until `open()` or `reconnect()`. */
export type Status = 'idle' | 'connecting' | 'open' | 'backoff' | 'closed'

/** What a connection in `backoff` waits for: its timer, the network, a visible page, or a page out of the bfcache. */
export type WaitingFor = 'timer' | 'online' | 'visible' | 'page'

/** Why a connection is closed for good. */
export interface Closed {
  readonly by: 'user' | 'server' | 'fatal' | 'exhausted' | 'complete'
  readonly error?: TautlineError | undefined
}

/** A timer's name is its handle: starting one replaces it, so a forgotten timer cannot be written. */
export type TimerName = 'connect' | 'retry' | 'stable' | 'heartbeat' | 'closeDelay' | 'drain'

/** What the machine is told to do; all of it may differ from one transition to the next. Times in ms. */
export interface Policy {
  /** So many retries in a row, none of them useful. */
  readonly limit: number
  readonly delay: RetryDelay
  /** The user's word on whether an error is worth a retry, given what the table says. */
  readonly when?: ((error: TautlineError | undefined, retryable: boolean) => boolean) | undefined
  /** Can the credentials be asked for again? */
  readonly canRenewCredentials: boolean
  /** A request that is not safe to repeat, such as a POST: what has answered, or was given up unanswered, is not dialled again by itself. */
  readonly once: boolean
  readonly connectTimeoutMs: number
  /** A connection this old has proved useful, and its failures are forgotten; Infinity where it says so itself. */
  readonly stableAfterMs: number
  readonly closeDelayMs: number
  readonly pauseOffline: boolean
  readonly pauseHidden: boolean
  /** The least wait before a retry that nobody looks at, in ms. @default 0 */
  readonly minHiddenDelayMs?: number | undefined
  readonly heartbeat?: HeartbeatPolicy | undefined
}

/** Drawn by the interpreter for each transition, so that the machine stays pure. */
export interface TransitionInput {
  /** The wall clock, in ms. */
  readonly now: number
  /** In [0, 1). */
  readonly random: number
  /** When the last byte came in. */
  readonly lastActivityAt: number
  /** The attempt has left the page; until then its credentials are on their way. */
  readonly isRequestSent: boolean
}

export interface State {
  readonly status: Status
  /** Names the one live resource. Bumped by every dial and every abandon: what carries an older one is inert. */
  readonly epoch: number
  /** Retries since a connection was last useful; 0 on a good day. */
  readonly attempt: number
  readonly isOnline: boolean
  readonly isVisible: boolean
  /** False while the page is in the back/forward cache. */
  readonly isPageActive: boolean
  /** Why the last attempt ended. */
  readonly error: TautlineError | undefined
  readonly closed: Closed | undefined
  readonly waitingFor: WaitingFor | undefined
  /** When the next attempt is due, by the wall clock. */
  readonly retryAt: number | undefined
  /** A server's wish: no attempt before this time, whatever the page says. */
  readonly notBefore: number
  /** The least wait before a retry that the server asked for while the line was up, in ms; it holds for this destination. */
  readonly serverDelayMs: number
  readonly lastConnectAt: number
  /** The credentials have been asked for again since the last useful connection. */
  readonly hasRenewedCredentials: boolean
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
