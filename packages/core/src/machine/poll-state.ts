import type { RetryDelay } from '../shared/backoff.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import type { Outcome } from '../shared/outcome.ts'

/** The options and conditions that the machine reads. They may differ between transitions. Times in ms. */
export interface PollPolicy {
  /** The time from one request to the next; undefined if the server holds requests. */
  readonly interval: number | undefined
  /** The minimum time from one request to the next after a response without messages. */
  readonly minGap: number
  /** The minimum time from one request to the next on a hidden page; 0 on a visible one. */
  readonly minHiddenDelayMs: number
  /** How long the URL, header and body functions may take. */
  readonly connectTimeoutMs: number
  /** How long a request may receive nothing. */
  readonly requestTimeoutMs: number
  /** The wait before a response that could not be decoded is requested again. */
  readonly delay: RetryDelay
  /** Whether a subscriber would receive messages. */
  readonly hasSubscribers: boolean
}

/**
 * The result of a poll.
 *
 * - `messages`: the response had messages and moved the cursor.
 * - `empty`: it had no messages, or did not move the cursor.
 * - `undecodable`: its body could not be decoded, and the cursor has not moved.
 * - `undelivered`: no subscriber has received all of it, so it is requested again.
 */
export type PollResult = 'messages' | 'empty' | 'undecodable' | 'undelivered'

/** `response`: the request takes too long. `held`: the server holds the first request. `next`: the next poll is due. */
export type PollTimer = 'response' | 'held' | 'next'

/** The state that continues from one poll to the next. Times by the wall clock, in ms. */
export interface PollProgress {
  /** How many polls were started. */
  readonly pollCount: number
  /** When the last poll was started. */
  readonly requestedAt: number
  /** The server allows no request before this time (`Retry-After`); -Infinity without that header. */
  readonly notBefore: number
  /** How many responses in a row were `undecodable`. */
  readonly undecodableCount: number
  /** How many responses in a row had messages and came immediately. */
  readonly immediateCount: number
}

/** A pause whose end depends on the last response. */
export interface Waiting extends PollProgress {
  readonly phase: 'waiting'
  readonly nextPollAt: number
  /** The time from the last request to the next, as calculated for this wait. */
  readonly gapMs: number
  readonly result: PollResult
  /** The random number of this wait, with which calculating it again gives the same time. */
  readonly random: number
}

/** A pause between two polls. */
export type Paused =
  | Waiting
  | (PollProgress & { readonly phase: 'broughtForward'; readonly nextPollAt: number })

/** The response is delivered to the subscribers. */
export interface Handling extends PollProgress {
  readonly phase: 'handling'
  readonly respondedAt: number
  /** A page or network event has happened during the delivery. */
  readonly isPollRequested: boolean
}

/**
 * The state of a polling loop. Always check `phase`: a state may still have fields of earlier phases.
 *
 * - `idle`: before the first poll.
 * - `preparing`: the URL, header and body functions run. The request is not sent yet.
 * - `opening`: the first request is in flight, and it is not known yet whether the server accepts it.
 * - `requesting`: a request is in flight, and the connection is open.
 * - `handling`: the response is delivered.
 * - `waiting`: the next poll is due later.
 * - `broughtForward`: like `waiting`, but a page or network event has shortened the wait as far as allowed.
 * - `stopped`: final.
 */
export type PollState =
  | (PollProgress & { readonly phase: 'idle' | 'preparing' | 'requesting' })
  | (PollProgress & { readonly phase: 'opening'; readonly url: string })
  | Handling
  | Paused
  | { readonly phase: 'stopped' }

/** The events of a polling loop. It passes requests and responses through and reads only a request's URL. */
export type PollEvent<Sent extends { readonly url: URL }, Received> =
  | { readonly type: 'start' | 'stop' | 'pollNow' | 'policyChanged' }
  /** Bytes of the response have arrived. */
  | { readonly type: 'activity' }
  /** The request is complete and can be sent. */
  | { readonly type: 'prepared'; readonly request: Sent }
  /** The head of a response shows that the server accepts the request. */
  | { readonly type: 'opened'; readonly info: OpenInfo }
  /** The whole response has arrived. */
  | {
      readonly type: 'response'
      /** `Retry-After`, in ms; 0 without it. */
      readonly retryAfterMs: number
      readonly response: Received
    }
  /** The response was delivered to the subscribers. */
  | { readonly type: 'handled'; readonly result: PollResult }
  /** The poll has failed; or, with `complete`, its response has been read. */
  | { readonly type: 'ended'; readonly outcome: Outcome }
  | { readonly type: 'timeout'; readonly timer: PollTimer }

/**
 * What the interpreter does, as data. Effects that call option functions or handlers are the last ones, since these may
 * dispatch events.
 */
export type PollEffect<Sent, Received> =
  | { readonly type: 'start'; readonly timer: PollTimer; readonly delayMs: number }
  /** Stops one timer; without a name, all of them. */
  | { readonly type: 'stop'; readonly timer?: PollTimer | undefined }
  /** Aborts the current poll. */
  | { readonly type: 'abort' }
  /** Calls the option functions and builds the request. */
  | { readonly type: 'prepare' }
  | { readonly type: 'send'; readonly request: Sent }
  /** Reports that the connection is open. */
  | { readonly type: 'opened'; readonly info: OpenInfo }
  /** Delivers the response to the subscribers and moves the cursor. */
  | { readonly type: 'deliver'; readonly response: Received }
  /** Reports how the attempt ended. */
  | { readonly type: 'ended'; readonly outcome: Outcome }

/** The next state, and the effects in the order in which they are run. */
export type PollStep<Sent, Received> = readonly [
  state: PollState,
  effects: readonly PollEffect<Sent, Received>[],
]
