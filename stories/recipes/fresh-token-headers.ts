import { createEventSource, json } from '@tautline/core'

declare function freshToken(user: string, signal: AbortSignal): Promise<string>

interface Order {
  readonly id: string
  readonly state: 'placed' | 'shipped'
}

/**
 * The function runs before every attempt. After a 401 it is called once more at once. If the
 * server rejects that token too, the stream is closed.
 */
export const orders = (user: string) =>
  createEventSource('/orders', {
    codec: json<Order>(),
    headers: async ({ signal }) => ({ authorization: `Bearer ${await freshToken(user, signal)}` }),
    // Each call creates a new function, and functions are not compared by their results. The key
    // identifies the user: calls for the same user share one stream, and no other user gets it.
    key: user,
  })
