/** The page with all transports. */
export const PAGE = 'poll/client'

/** A transport for messages. */
export interface Transport {
  readonly name: 'long' | 'short' | 'events' | 'socket'
  readonly title: string
  readonly by: string
  /** Whether it sends a request for each response. */
  readonly polls: boolean
}

export const transports: readonly Transport[] = [
  { name: 'long', title: 'long polling', by: '`createLongPoll`', polls: true },
  { name: 'short', title: 'short polling, 1 s', by: '`createLongPoll`, `interval: 1000`', polls: true },
  { name: 'events', title: 'server-sent events', by: '`createEventSource`', polls: false },
  { name: 'socket', title: 'WebSocket', by: '`createWebSocket`', polls: false },
]
