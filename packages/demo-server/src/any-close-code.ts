import { type Socket } from 'node:net'
import { type WebSocket } from 'ws'

/** RFC 6455, section 5.5: a control frame carries at most 125 bytes, and two of them are the code. */
export const MAX_REASON_BYTES = 123

const CLOSE_FRAME = 0x88

/** True for codes that an endpoint may send (RFC 6455, section 7.4, and the IANA registry). ws sends only these. */
const isOrdinary = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) ||
  (code >= 3000 && code <= 4999)

/**
 * Closes a WebSocket with any code. 1005 and 1006 stand for a close frame without a code, and for no close frame, so
 * those are what it sends. Other reserved codes are written to the socket directly, because ws refuses to send them.
 */
export function closeWithAnyCode(webSocket: WebSocket, socket: Socket, code: number, reason: string): void {
  if (code === 1005) return webSocket.close()
  if (code === 1006) return socket.destroySoon()
  if (isOrdinary(code)) return webSocket.close(code, reason)
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
  payload.writeUInt16BE(code)
  payload.write(reason, 2)
  socket.end(Buffer.concat([Buffer.from([CLOSE_FRAME, payload.length]), payload]))
}
