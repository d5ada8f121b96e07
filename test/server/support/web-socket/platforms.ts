import { WebSocket as WebSocketOfWs } from 'ws'
import type { WebSocketConstructor } from '@tautline/core'

// The same face, declared with event types of its own.
export const webSocketOfWs = WebSocketOfWs as unknown as WebSocketConstructor

/** The two WebSockets that Node has: its own, and the one that is passed as `environment.WebSocket`. */
export const platforms: readonly (readonly [name: string, WebSocket: WebSocketConstructor])[] = [
  ["Node's own WebSocket", globalThis.WebSocket],
  ['ws', webSocketOfWs],
]
