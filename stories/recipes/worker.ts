import { createWebSocket, json } from '@tautline/core'

interface Price {
  readonly symbol: string
  readonly price: number
}

/** In a worker, or in Node from 22 on. The loop opens the line, and leaving it lets go. */
export async function watch(limit: number): Promise<Price | undefined> {
  const prices = createWebSocket('wss://example.com/prices', { codec: json<Price>() })
  for await (const price of prices) {
    if (price.price > limit) return price
  }
  return undefined
}
