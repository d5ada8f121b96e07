import { createEventSource, json } from '@tautline/core'

declare function freshToken(signal: AbortSignal): Promise<string>

interface Order {
  readonly id: string
  readonly state: 'placed' | 'shipped'
}

/** The function runs before every attempt. After a 401 it is asked once more, at once; refused again, it is final. */
export const orders = (user: string) =>
  createEventSource('/orders', {
    codec: json<Order>(),
    headers: async ({ signal }) => ({ authorization: `Bearer ${await freshToken(signal)}` }),
    // Headers are no part of a destination: two users on one page must not share a stream.
    key: user,
  })
