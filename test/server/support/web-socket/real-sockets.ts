import { type VirtualClock, createVirtualClock } from '@tautline/core/testing'
import type { Environment, PageEvent, WebSocketConstructor } from '@tautline/core'

/** A clock and page events that the test controls, with real sockets to a real server. */
export interface RealSockets {
  readonly clock: VirtualClock
  readonly environment: Partial<Environment>
  /** Emits a page or network event. */
  signal(signal: PageEvent): void
  /** The created sockets, oldest first, and whether the platform has reported the end of each. */
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

/** The same constructor, which reports each socket that it creates. */
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
