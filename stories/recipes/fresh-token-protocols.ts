import { createWebSocket } from '@tautline/core'

declare function freshToken(user: string, signal: AbortSignal): Promise<string>

/** Sends the token as a subprotocol, because proxies write URLs to their logs. */
export const orders = (user: string) =>
  createWebSocket('/orders', {
    protocols: async ({ signal }) => ['v1.orders', `bearer.${await freshToken(user, signal)}`],
    // Each call creates a new function, so the key identifies the user.
    key: user,
  })
