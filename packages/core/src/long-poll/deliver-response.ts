import type { TransportEvents } from '../connection/transport.ts'
import type { PollResult } from '../machine/poll-state.ts'
import { contentTypeOf, isJsonType } from '../http/body.ts'
import { nextCursor } from './cursor.ts'
import { type PollBatch, createPollBatch } from './poll-batch.ts'
import type { PollResponse } from './transport.ts'
import type { LongPollConnection } from './types.ts'

/**
 * Delivers a response to the subscribers, then moves the cursor. If no subscriber has received the whole response, the
 * cursor stays, and the messages are requested again.
 *
 * @param signal aborted if a handler ends the poll or the attempt during the delivery
 * @throws TautlineError `provider` if the cursor cannot be read, before anything is delivered
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
  const batch = body && !isBlankJson(body, headers) ? createPollBatch({ ...response, body }) : undefined
  const messages = batch && undefinedIfThrown(() => batch.messagesFor(options))
  const messageCount = messages?.length ?? 0
  const decodedBody = messages && batch?.decodeBody(options.codec)
  const source = { status, headers, url, messages: messageCount, body: decodedBody }
  const next = nextCursor(options.cursor, source, cursor)
  // The subscribers decode the batch themselves, and emit decoding errors.
  if (batch && subscribers.size > 0) on.message(batch)
  if (signal.aborted || (batch && subscribers.size === 0 && !batch.isDelivered)) return 'undelivered'
  const hasMoved = next !== undefined && next !== cursor
  if (hasMoved) on.cursor(next)
  if (batch && !messages && !hasMoved) return 'undecodable'
  return hasMoved && messageCount > 0 ? 'messages' : 'empty'
}

/** Whether a JSON body has only white space, as when a server held the request with line feeds and has no messages. */
const isBlankJson = (body: Uint8Array, headers: Headers): boolean =>
  isJsonType(contentTypeOf(headers)) && body.every((byte) => [0x20, 0x0a, 0x0d, 0x09].includes(byte))

function undefinedIfThrown<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
