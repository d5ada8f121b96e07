import { isArrayBuffer, isBlob } from '../shared/brand.ts'
import { type Sendable, isSendable } from '../shared/codec.ts'
import { TautlineError } from '../shared/errors.ts'
import { utf8Length } from '../shared/utf8.ts'

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

/** Copies binary data for the outbox, because the caller may change the buffer after `send()`. */
export function copyBinary(raw: Sendable): Sendable {
  if (typeof raw === 'string' || isBlob(raw)) return raw
  if (isArrayBuffer(raw)) return raw.slice(0)
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength).slice()
}

/** Returns the size of a message, in bytes. */
export function countBytes(raw: Sendable): number {
  if (typeof raw === 'string') return utf8Length(raw)
  return isBlob(raw) ? raw.size : raw.byteLength
}
