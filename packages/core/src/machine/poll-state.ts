import type { RetryDelay } from '../shared/backoff.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import type { Outcome } from '../shared/outcome.ts'

/** What the machine reads of the options and of who is there; it may differ from one transition to the next. Times in ms. */
export interface PollPolicy {
  /** The time from one request to the next; undefined where the server holds each request. */
  readonly interval: number | undefined
  /** The least time from one request to the next where the response moved nothing. */
  readonly minGap: number
  /** The least time from one request to the next for the page as it is now: 0 unless it is hidden, and its option is a number. */
  readonly minHiddenDelayMs: number
  /** How long URL, header and body functions may take. */
  readonly connectTimeoutMs: number
  /** How long a request may take. */
  readonly requestTimeoutMs: number
  /** The wait before a response that could not be decoded is requested again. It must not throw. */
  readonly delay: RetryDelay
  /** Whether a subscriber is there to receive messages. */
  readonly hasSubscribers: boolean
}

/**
 * What a response came to. `messages`: it had messages and moved the cursor. `empty`: nothing new, or the old cursor. `undecodable`: its body
 * could not be read, and the cursor stayed. `undelivered`: no subscriber received all of it, so it will come again.
 */
export type PollResult = 'messages' | 'empty' | 'undecodable' | 'undelivered'

/** Timers by name. `response`: the request takes too long. `held`: the server holds the first request. `next`: the next poll is due. */
export type PollTimer = 'response' | 'held' | 'next'

/** What is known from one poll to the next. Times by the wall clock, in ms. */
export interface PollProgress {
  /** The number of the current poll, from 1. Events that carry another one are ignored. */
  readonly epoch: number
  /** When the current poll began. */
  readonly requestedAt: number
  /** The server asked for no request before this time; -Infinity if it did not. */
  readonly notBefore: number
  /** How many responses in a row could not be decoded and left the cursor where it was. */
  readonly undecodableCount: number
  /** How many responses in a row brought messages immediately after the request. */
  readonly immediateCount: number
}

/** The next poll follows from the last response. */
export interface Waiting extends PollProgress {
  readonly phase: 'waiting'
  readonly nextPollAt: number
  /** The time from the last request to the next, as it was when the wait began. */
  readonly gapMs: number
  readonly result: PollResult
  /** Drawn once for each wait, so that calculating the wait again gives the same time. */
  readonly random: number
}

/** A pause between two polls. */
export type Paused =
  | Waiting
  | (PollProgress & { readonly phase: 'broughtForward'; readonly nextPollAt: number })

/** The response is being delivered to the subscribers. */
export interface Handling extends PollProgress {
  readonly phase: 'handling'
  readonly respondedAt: number
  /** When to poll again: `now` if a page or network event came in while the response was being handled. */
  readonly next: 'whenDue' | 'now'
}

/**
 * A polling loop between two polls, or within one.
 *
 * - `idle`: before the first poll.
 * - `preparing`: URL, header and body functions run. The request has not left the page.
 * - `opening`: the first request is in flight, and nothing shows yet that the server accepts it.
 * - `requesting`: a request is in flight, and the connection is open.
 * - `handling`: the response is being delivered.
 * - `waiting`: the next poll is due some time after the last response.
 * - `broughtForward`: a page or network event replaced that wait by the shortest one allowed.
 * - `stopped`: final.
 */
export type PollState =
  | (PollProgress & { readonly phase: 'idle' | 'preparing' | 'requesting' })
  | (PollProgress & { readonly phase: 'opening'; readonly url: string })
  | Handling
  | Paused
  | { readonly phase: 'stopped' }

/** What can happen to a polling loop. Requests and responses are passed through; of a request only the URL is read. */
export type PollEvent<Sent extends { readonly url: URL }, Received> =
  | { readonly type: 'start' | 'stop' | 'pollNow' | 'policyChanged' }
  /** The request is complete and can be sent. */
  | { readonly type: 'prepared'; readonly epoch: number; readonly request: Sent }
  /** The head of a response shows that the server accepts the request. */
  | { readonly type: 'opened'; readonly epoch: number; readonly info: OpenInfo }
  /** The whole response has arrived. */
  | {
      readonly type: 'response'
      readonly epoch: number
      /** How long the server asked to wait, in ms; 0 for not at all. */
      readonly retryAfterMs: number
      readonly response: Received
    }
  /** The response has been delivered, as far as anybody was there to receive it. */
  | { readonly type: 'handled'; readonly epoch: number; readonly result: PollResult }
  | { readonly type: 'ended'; readonly epoch: number; readonly outcome: Outcome }
  | { readonly type: 'timeout'; readonly timer: PollTimer }

/** What the interpreter is to do, as data. What may call user code is the last effect of a step, since that code may dispatch another event. */
export type PollEffect<Sent, Received> =
  | { readonly type: 'start'; readonly timer: PollTimer; readonly delayMs: number }
  /** One timer; without a name all of them. */
  | { readonly type: 'stop'; readonly timer?: PollTimer | undefined }
  /** Aborts the poll under way. */
  | { readonly type: 'abort' }
  /** Warns a developer that the server seems not to hold its responses. */
  | { readonly type: 'warn' }
  /** Resolves URL, headers and body, and builds the request. */
  | { readonly type: 'prepare'; readonly epoch: number }
  | { readonly type: 'send'; readonly epoch: number; readonly request: Sent }
  /** Reports that the connection is open. */
  | { readonly type: 'opened'; readonly info: OpenInfo }
  /** Delivers the response to the subscribers, and moves the cursor. */
  | { readonly type: 'deliver'; readonly epoch: number; readonly response: Received }
  /** Reports how the attempt ended. */
  | { readonly type: 'ended'; readonly outcome: Outcome }

/** The next state, and what to do, in this order. */
export type PollStep<Sent, Received> = readonly [
  state: PollState,
  effects: readonly PollEffect<Sent, Received>[],
]
