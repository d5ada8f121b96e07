import { WebSocket as WebSocketOfWs } from 'ws'
import type { WebSocketConstructor } from '@tautline/core'

// The same interface, declared with other event types.
export const webSocketOfWs = WebSocketOfWs as unknown as WebSocketConstructor

/** Two WebSockets for Node: the global one, and that of `ws`, passed as `environment.WebSocket`. */
export const platforms: readonly (readonly [name: string, WebSocket: WebSocketConstructor])[] = [
  ["Node's own WebSocket", globalThis.WebSocket],
  ['ws', webSocketOfWs],
]
