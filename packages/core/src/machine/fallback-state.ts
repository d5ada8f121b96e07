import type { Outcome } from '../shared/outcome.ts'
import type { RetryInput } from './retry.ts'

/**
 * What shows that a transport works: that it has opened, that a byte has arrived, or that a ping got a reply. The
 * interpreter reports the last two as `proved`.
 */
export type TransportProof = 'open' | 'byte' | 'reply'

/** The options as the machine reads them. They may differ between transitions. Times in ms. */
export interface FallbackPolicy {
  /** The proof of each transport, the best transport first. The machine knows a transport only by its index. */
  readonly proofs: readonly TransportProof[]
  /** How long a transport may take to prove itself before the next one starts beside it. */
  readonly fallbackAfterMs: number
  /** When a better transport is tried again: first after `afterMs`, then doubled up to `capMs`. Undefined: never. */
  readonly upgrade: { readonly afterMs: number; readonly capMs: number } | undefined
  /** A transport that has worked for this time is stable. */
  readonly stableAfterMs: number
  /** How long a remembered transport and past failures count. */
  readonly memoryMs: number
}

/**
 * - `fallback`: the active transport has not proved itself in time.
 * - `upgrade`: a better transport is tried.
 * - `proofDeadline`: while the connection is open, a transport that has not proved itself until then is closed.
 */
export type FallbackTimer = 'fallback' | 'upgrade' | 'proofDeadline'

/** A transport that was started and has not ended. */
export interface RunningTransport {
  readonly transport: number
  /** The number of this start. An event with another number has no effect. */
  readonly start: number
  /** `stable`: it has worked for `stableAfterMs`. The machine notices this at the next event. */
  readonly phase: 'started' | 'opened' | 'proved' | 'stable'
  /** Whether it has brought anything. One that is proved by opening alone may be deaf all the same. */
  readonly hasReceived: boolean
  readonly startedAt: number
  /** When it proved itself; undefined before. */
  readonly provedAt: number | undefined
}

/** Why another transport is active. */
export type SwitchReason = 'refused' | 'slow' | 'deaf' | 'lost' | 'better' | 'gap'

/** The failures of one transport in a row, and when the last one happened. */
export interface Failures {
  readonly count: number
  readonly at: number
}

/** A transport that has worked before, perhaps on another network. */
export interface RememberedTransport {
  readonly transport: number
  /** When it was remembered, by the wall clock. */
  readonly at: number
}

/**
 * The transports of one connection. Without an `active` transport, no connect attempt is being made, and there is no
 * candidate.
 */
export interface FallbackState {
  /** The transport whose messages make the connection, or the first one of a connect attempt. */
  readonly active: RunningTransport | undefined
  /** The transport that is tried beside it. */
  readonly candidate: RunningTransport | undefined
  /** The number of starts so far. */
  readonly starts: number
  /** Whether a transport has proved itself in this connect attempt. It stays open while transports are switched. */
  readonly isOpen: boolean
  /** How many further transports this connect attempt may start to replace one that fails. */
  readonly left: number
  /** The transports that this connect attempt has started. */
  readonly tried: readonly number[]
  /** What the attempt ends with if no transport is left. */
  readonly outcome: Outcome | undefined
  /** By the index of the transport. */
  readonly failures: readonly (Failures | undefined)[]
  /** When a transport ended with a fatal outcome, by its index. It is not tried for the longest wait of an upgrade. */
  readonly hopeless: readonly (number | undefined)[]
  /** Until when a transport is started only if no other one is left, by its index: its server has requested a delay. */
  readonly notBefore: readonly (number | undefined)[]
  /** The last transport that was stable: the next connect attempt begins with it. */
  readonly stable: number | undefined
  /** The transport with which this attempt began only because it was remembered. */
  readonly remembered: number | undefined
  /** The active transport of the last attempt, and why that failed. */
  readonly previous: { readonly transport: number; readonly why: SwitchReason } | undefined
  /** The wait before the next upgrade, in ms; undefined: that of the policy. */
  readonly upgradeWaitMs: number | undefined
  /** When the next upgrade is due, by the wall clock. It continues from one connect attempt to the next. */
  readonly upgradeAt: number | undefined
  /** The last gap: the position behind which a message is missing, and which transports were started to find it. */
  readonly gap: { readonly after: string | undefined; readonly tried: readonly number[] } | undefined
  /** The transports that had a gap since they were last stable. Another gap is a failure. */
  readonly gapped: readonly number[]
  /** When a gap was last given up. */
  readonly gapAt: number
  /** How long the last handshake took, in ms; undefined before the first one. */
  readonly handshakeMs: number | undefined
}

/** A state during a connect attempt. */
export interface Connected extends FallbackState {
  readonly active: RunningTransport
}

/** The events, those of a transport with the number of its start. */
export type FallbackEvent =
  /** Begins a connect attempt. `attempt` is the number of retries. */
  | {
      readonly type: 'connect'
      readonly attempt: number
      readonly remembered?: RememberedTransport | undefined
    }
  | { readonly type: 'opened'; readonly start: number }
  /** `proved`: a byte or a reply has arrived. `message`: so has a message. Only the first ones of a start matter. */
  | { readonly type: 'proved' | 'message'; readonly start: number }
  /** Too many IDs are stored because of this transport, which is behind the other one. */
  | { readonly type: 'behind'; readonly start: number }
  | { readonly type: 'ended'; readonly start: number; readonly outcome: Outcome }
  /**
   * A transport has delivered the message `before`, which does not follow `after`, the position. The message is
   * delivered only if the effect `gap` follows.
   */
  | {
      readonly type: 'gap'
      readonly start: number
      readonly after: string | undefined
      readonly before: string
    }
  | { readonly type: 'timeout'; readonly timer: FallbackTimer }
  /** `online`: online again after offline. `connection`: another type of network. `visible`: the page is visible again. */
  | { readonly type: 'networkChanged'; readonly by: 'online' | 'connection' | 'visible' }
  /** The connection machine closes the transport. `isFailure`: because of a timeout or a missing sign of life. */
  | { readonly type: 'close'; readonly isFailure?: boolean | undefined }

export type EventOf<Type extends FallbackEvent['type']> = Extract<FallbackEvent, { type: Type }>

/** What the interpreter does, as data. Effects that may call user code are the last ones. */
export type FallbackEffect =
  | { readonly type: 'start'; readonly timer: FallbackTimer; readonly delayMs: number }
  /** Stops one timer; without a name, all of them. */
  | { readonly type: 'stop'; readonly timer?: FallbackTimer | undefined }
  | {
      readonly type: 'startTransport'
      readonly transport: number
      readonly start: number
      readonly role: 'active' | 'candidate'
      /**
       * `cursor`: after the last delivered message, to which the position is also set. `position`: after the last
       * received one.
       */
      readonly from: 'cursor' | 'position'
    }
  | { readonly type: 'closeTransport'; readonly start: number }
  /** The connection is open: the connection machine gets `opened`. Once in a connect attempt. */
  | { readonly type: 'opened'; readonly transport: number; readonly start: number }
  /** Another transport is active. It need not have proved itself. */
  | { readonly type: 'switched'; readonly from: number; readonly to: number; readonly why: SwitchReason }
  /** Stores where the next page load begins. */
  | { readonly type: 'remember'; readonly transport: number }
  | { readonly type: 'forget' }
  /** No transport has the messages between these two. The stream continues with `before`. */
  | { readonly type: 'gap'; readonly after: string | undefined; readonly before: string }
  /** The connect attempt is over, and every transport is closed: the connection machine gets `ended`. */
  | { readonly type: 'ended'; readonly outcome: Outcome }

/** What the interpreter reads for each transition, so that the machine stays pure. */
export type FallbackInput = RetryInput

/** What all functions of the machine get: the options, the time and a random number. */
export interface FallbackContext extends FallbackPolicy, FallbackInput {}

/** The next state, and the effects in the order in which they are run. */
export type FallbackStep = readonly [state: FallbackState, effects: readonly FallbackEffect[]]
