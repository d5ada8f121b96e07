import { createWebSocket, json } from '@tautline/core'

interface Price {
  readonly symbol: string
  readonly price: number
}

/**
 * For a worker, or Node 22 and newer. The loop opens the connection. When the loop ends, the
 * connection closes.
 */
export async function watch(limit: number): Promise<Price | undefined> {
  const prices = createWebSocket('wss://example.com/prices', { codec: json<Price>() })
  for await (const price of prices) {
    if (price.price > limit) return price
  }
  return undefined
}
