import type { TransportEvents } from '../connection/transport.ts'
import type { PollResult } from '../machine/poll-state.ts'
import { nextCursor } from './cursor.ts'
import { type PollBatch, createPollBatch } from './poll-response.ts'
import type { PollResponse } from './transport.ts'
import type { LongPollConnection } from './types.ts'

/**
 * Delivers a response to the subscribers, then moves the cursor. The cursor moves last: what no subscriber received to its end is requested again.
 *
 * @param signal aborted when a subscriber ends the attempt, or the poll, while it receives the response
 * @throws TautlineError `provider` if the cursor cannot be read; nothing has been delivered then
 */
export function deliverResponse(
  connection: LongPollConnection,
  response: PollResponse,
  signal: AbortSignal,
  on: Pick<TransportEvents<PollBatch>, 'message' | 'cursor'>,
): PollResult {
  const { status, headers, url, hasContent, body } = response
  if (!hasContent) return 'empty'
  const { cursor } = connection.interpreter
  const { options } = connection.primary
  const { subscribers } = connection.subscriberList
  const batch = body && createPollBatch({ ...response, body })
  const unpacked = batch && tryTo(() => batch.messagesFor(options))
  const messages = unpacked?.length ?? 0
  const source = { status, headers, url, messages, body: unpacked && batch?.body(options.codec) }
  const next = nextCursor(options.cursor, source, cursor)
  // What cannot be decoded is emitted as an error there.
  if (batch && subscribers.size > 0) on.message(batch)
  if (signal.aborted || (batch && subscribers.size === 0 && !batch.isDelivered)) return 'undelivered'
  const hasMoved = next !== undefined && next !== cursor
  if (hasMoved) on.cursor(next)
  if (batch && !unpacked && !hasMoved) return 'undecodable'
  return hasMoved && messages > 0 ? 'messages' : 'empty'
}

function tryTo<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
