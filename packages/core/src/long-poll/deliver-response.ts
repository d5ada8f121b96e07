import type { TransportEvents } from '../connection/transport.ts'
import type { PollResult } from '../machine/poll-state.ts'
import { isJsonExpected } from '../http/body.ts'
import { nextCursor } from './cursor.ts'
import { type PollBatch, createPollBatch } from './poll-batch.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { PollResponse } from './transport.ts'
import { scheduleTask } from '../platform/network.ts'
import { MAX_BUSY_MS } from '../shared/pacing.ts'
import type { PollHost } from './types.ts'

/**
 * Delivers a response to the subscribers, then moves the cursor. If no subscriber has received the whole response, the
 * cursor stays, and the messages are requested again. A long list is delivered in parts, between which the page can run.
 *
 * @param onDone called after the last part; not after an abort between two parts
 * @param signal aborted if a handler ends the poll or the attempt during the delivery
 * @throws TautlineError `provider` if the cursor cannot be read, before anything is delivered
 */
export function deliverResponse(
  connection: PollHost,
  response: PollResponse,
  signal: AbortSignal,
  on: Pick<TransportEvents<PollBatch>, 'message' | 'cursor'>,
  onDone: (result: PollResult) => void,
): void {
  const { status, headers, url, hasContent, body } = response
  if (!hasContent) return onDone('empty')
  const { cursor } = connection.interpreter
  const { options } = connection.primary
  const { subscribers } = connection.subscriberList
  const batch =
    body && !isBlankJson(body, headers, options) ? createPollBatch({ ...response, body }) : undefined
  const messages = batch && undefinedIfThrown(() => batch.messagesFor(options))
  const messageCount = messages?.length ?? 0
  const decodedBody = messages && batch?.decodeBody(options.codec)
  const source = { status, headers, url, messages: messageCount, body: decodedBody }
  const next = nextCursor(options.cursor, source, cursor)
  const finish = (): PollResult => {
    if (signal.aborted || (batch && subscribers.size === 0 && !batch.isDelivered)) return 'undelivered'
    const hasMoved = next !== undefined && next !== cursor
    if (hasMoved) on.cursor(next)
    if (batch && !messages && !hasMoved) return 'undecodable'
    return hasMoved && messageCount > 0 ? 'messages' : 'empty'
  }
  const deliverPart = () => {
    if (batch && subscribers.size > 0) runPart(connection, batch, on)
    if (!batch?.hasMore || signal.aborted || subscribers.size === 0) {
      const result = finish()
      const untilRead = connection.session.untilRead(signal)
      if (!untilRead) return onDone(result)
      return void untilRead.then(() => signal.aborted || onDone(result))
    }
    scheduleTask(connection.environment, () => {
      if (!signal.aborted) deliverPart()
    })
  }
  deliverPart()
}

/** Delivers the next part of a batch. */
function runPart(
  { environment, subscriberList }: PollHost,
  batch: PollBatch,
  on: Pick<TransportEvents<PollBatch>, 'message'>,
): void {
  const startedAt = environment.now()
  const limitMs = MAX_BUSY_MS / subscriberList.subscribers.size
  batch.start = batch.hasMore ? batch.end : 0
  batch.end = Number.POSITIVE_INFINITY
  batch.hasMore = batch.isDelivered = false
  // Only now: if the delivery is deferred, the whole list is delivered at once.
  batch.isTimeUp = () => environment.now() - startedAt >= limitMs
  // The subscribers decode the batch themselves, and emit decoding errors.
  on.message(batch)
  batch.isTimeUp = undefined
}

/** Whether a JSON body has only white space, as when a server held the request with line feeds and has no messages. */
const isBlankJson = (body: Uint8Array, headers: Headers, { codec }: AnyLongPollOptions): boolean =>
  isJsonExpected(headers, codec) && body.every((byte) => [0x20, 0x0a, 0x0d, 0x09].includes(byte))

function undefinedIfThrown<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
