import { type VirtualClock, createVirtualClock } from '@tautline/core/testing'
import type { Environment, PageEvent, WebSocketConstructor } from '@tautline/core'

/** The test's own time and page, over real sockets to a real server. */
export interface RealSockets {
  readonly clock: VirtualClock
  readonly environment: Partial<Environment>
  /** What the page or the network does. */
  signal(signal: PageEvent): void
  /** The sockets that were connected, oldest first, each with the platform's own word on its end, if it came. */
  readonly sockets: readonly { readonly socket: WebSocket; ended: boolean }[]
}

export function realSockets(WebSocket: WebSocketConstructor): RealSockets {
  const clock = createVirtualClock()
  const { now, setTimeout, clearTimeout } = clock
  const listeners = new Set<(signal: PageEvent) => void>()
  const sockets: { readonly socket: WebSocket; ended: boolean }[] = []
  return {
    clock,
    sockets,
    signal(signal) {
      for (const listener of listeners) listener(signal)
    },
    environment: {
      now,
      setTimeout,
      clearTimeout,
      onPageEvent(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      WebSocket: watched(WebSocket, (socket) => {
        const entry = { socket, ended: false }
        sockets.push(entry)
        socket.addEventListener('close', () => (entry.ended = true))
      }),
    },
  }
}

/** The same constructor, which tells of each socket that it makes. */
export function watched(
  WebSocket: WebSocketConstructor,
  made: (socket: WebSocket) => void,
): WebSocketConstructor {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      made(this)
    }
  }
}
