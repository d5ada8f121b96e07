import { createConnection, json, nchan } from '@tautline/core'

// A WebSocket, server-sent events, long polling and short polling, on every node with the same
// Redis.
export const news = createConnection(nchan('/ch/news', { poll: '/poll/news' }), {
  codec: json<{ readonly headline: string }>(),
})
