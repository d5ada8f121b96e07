import { type Codec, createWebSocket, silence, text } from '@tautline/core'

type SocketEvent = readonly [name: string, ...values: unknown[]]

/** An event is the packet `42` and a list in JSON. */
const events: Codec<SocketEvent> = {
  decode: (raw) => JSON.parse(text().decode(raw).slice(2)) as SocketEvent, // what this server sends
  encode: (event) => `42${JSON.stringify(event)}`,
}

/** A server with its default settings: a ping every 25 s, and 20 s for the reply. */
export const news = () =>
  createWebSocket('/socket.io/?EIO=4&transport=websocket', {
    codec: events,
    // Connects to the main namespace. The server confirms it.
    handshake: { message: '40', isReady: (raw) => typeof raw === 'string' && raw.startsWith('40') },
    heartbeat: silence({ timeout: 45_000, reply: (raw) => raw === '2' && '3' }),
  })
