import { type Exchange, type Route } from '../http-router.ts'
import { type Fields } from '../input.ts'
import { type WholeResponse } from '../whole-response.ts'
import { type PollLog, type PollMessage } from './poll-log.ts'

export interface PollResponse extends WholeResponse {
  readonly body: string
}

/** A poll request, as its dialect reads it. */
export interface Poll {
  readonly log: PollLog
  /** The number of the last message that the client has. */
  readonly from: number
  /** How long the request is held while there is no newer message, in ms. 0 does not hold. */
  readonly hold: number
  /** The maximum number of messages in one response. */
  readonly limit: number
  /** Builds the response with these messages, or with none at the end of the hold. */
  write(messages: readonly PollMessage[]): PollResponse
  /** The interval of line feeds during the hold, in ms. The first one also sends the head of the response. */
  readonly heartbeat?: number | undefined
  /** Called when the hold begins. `end` ends it with another response. The returned function is called after the hold. */
  whenHeld?(end: (response: PollResponse) => void): () => void
}

/** A long-polling protocol of a real server. */
export interface PollDialect {
  readonly name: string
  readonly path: string
  readonly methods: readonly Route['method'][]
  /** @throws Problem to refuse the request. */
  admit(exchange: Exchange): Poll | Promise<Poll>
}

/** Longer than any client waits, and than any real server holds a request. */
export const MAX_HOLD_MS = 600_000

/** The maximum in one response when the client sends no limit. */
export const MAX_MESSAGES = 1_000

/** The numbers that a cursor may contain. */
export const SEQUENCE_RANGE = { min: 0, max: 1_000_000_000 }

/** How long the server holds a request in ms: as requested, but at most `?hold=ms`, the server's own limit. @throws Problem */
export function readHold(parameters: Fields, requested: number): number {
  return Math.min(requested, parameters.integer('hold', { min: 0, max: MAX_HOLD_MS }, MAX_HOLD_MS))
}
