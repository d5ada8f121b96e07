import { type Exchange, type Route } from '../http-router.ts'
import { type Fields } from '../input.ts'
import { type WholeAnswer } from '../whole-answer.ts'
import { type PollLog, type PollMessage } from './poll-log.ts'

export interface PollAnswer extends WholeAnswer {
  readonly body: string
}

/** What a dialect has read out of a request. */
export interface Poll {
  readonly log: PollLog
  /** The number of the last message that the client has. */
  readonly from: number
  /** How long it is held while there is nothing behind that number, in ms; 0 is not at all. */
  readonly hold: number
  /** So many messages at most go into one answer. */
  readonly limit: number
  /** The answer with these messages, or with none at the end of the hold. */
  write(messages: readonly PollMessage[]): PollAnswer
  /** Sends a line feed into the answer every so many ms while it is held: the head is out before it is known what follows. */
  readonly heartbeat?: number | undefined
  /** Called when it is held, with a way to end that by another answer; what it returns is called when the hold is over. */
  whenHeld?(end: (answer: PollAnswer) => void): () => void
}

/** A server's way to let its clients wait for news. */
export interface PollDialect {
  readonly name: string
  readonly path: string
  readonly methods: readonly Route['method'][]
  /** @throws Problem to refuse the request. */
  admit(exchange: Exchange): Poll | Promise<Poll>
}

/** Longer than any client waits, and than any real server lets it. In ms. */
export const MAX_HOLD = 600_000

/** In one answer, where the client names no limit. */
export const PAGE = 1_000

/** Numbers that a cursor may have. */
export const FAR = { min: 0, max: 1_000_000_000 }

/** How long the server holds a request: as long as asked, but no longer than `?hold=ms`, the server's own limit. @throws Problem */
export function readHold(parameters: Fields, asked: number): number {
  return Math.min(asked, parameters.integer('hold', { min: 0, max: MAX_HOLD }, MAX_HOLD))
}
