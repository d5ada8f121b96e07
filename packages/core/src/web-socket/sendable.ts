import { isArrayBuffer } from '../shared/brand.ts'
import { type Sendable, isSendable } from '../shared/codec.ts'
import { TautlineError } from '../shared/errors.ts'

/** @throws TautlineError `encode` if a WebSocket cannot send this value */
export function assertSendable(raw: unknown, value = raw): asserts raw is Sendable {
  if (isSendable(raw)) return
  const text = 'Only text and binary can be sent: for objects, set `codec: json()`'
  throw new TautlineError('encode', text, { value })
}

/** Returns the first message of a connection as comparable text. Undefined: not comparable. */
export function messageKey(message: unknown): string | undefined {
  if (typeof message === 'string') return message
  if (typeof message === 'function') return 'ƒ'
  if (ArrayBuffer.isView(message))
    return String(new Uint8Array(message.buffer, message.byteOffset, message.byteLength))
  return isArrayBuffer(message) ? String(new Uint8Array(message)) : undefined
}
