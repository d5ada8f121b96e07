/** The page that all ways are in. */
export const PAGE = 'poll/line'

/** A way to have what is new. */
export interface Way {
  readonly name: 'long' | 'short' | 'events' | 'socket'
  readonly title: string
  readonly by: string
  /** Asks for each answer anew. */
  readonly polls: boolean
}

export const ways: readonly Way[] = [
  { name: 'long', title: 'long polling', by: '`createLongPoll`', polls: true },
  { name: 'short', title: 'short polling, 1 s', by: '`createLongPoll`, `interval: 1000`', polls: true },
  { name: 'events', title: 'server-sent events', by: '`createEventSource`', polls: false },
  { name: 'socket', title: 'WebSocket', by: '`createWebSocket`', polls: false },
]
