import { abortResponse } from '../http.ts'
import { type Exchange } from '../http-router.ts'
import { type Fields } from '../input.ts'
import { readIdempotencyKey } from '../rest/users/idempotency.ts'
import { type LiveChannel } from './live-channel.ts'
import { type LiveFault } from './live-fault.ts'

/** Reads the message of a client: `{ text, key? }`. The header `Idempotency-Key` takes precedence. @throws Problem */
export function readLiveMessage(fields: Fields, headerKey: string | undefined) {
  const text = fields.text('text', { min: 0, max: 4_096 })
  const key = fields.has('key') ? fields.text('key', { min: 1, max: 255 }) : undefined
  fields.nothingElse()
  return { text, key: headerKey ?? key }
}

/** Appends a message. With the fault `cut` the message is appended, but the response is lost. */
export async function respondToLivePost(
  { request, response, body, json }: Exchange,
  channel: LiveChannel,
  fault: LiveFault | undefined,
): Promise<void> {
  const { text, key } = readLiveMessage(await body(), readIdempotencyKey(request))
  const { message, isNew } = channel.receive(text, key)
  if (isNew) channel.transport('post').passes(message)
  if (fault?.kind === 'cut') return abortResponse(response, 'end')
  json({ seq: message.seq, ...(key !== undefined && { key }), duplicate: !isNew }, isNew ? 201 : 200)
}
