import { createWebSocket } from '@tautline/core'

declare function freshToken(user: string, signal: AbortSignal): Promise<string>

/** A token in the subprotocols does not end up in the logs of proxies, as one in a URL does. */
export const orders = (user: string) =>
  createWebSocket('/orders', {
    protocols: async ({ signal }) => ['v1.orders', `bearer.${await freshToken(user, signal)}`],
    // The function is another object for each call; the key says whose connection it is.
    key: user,
  })
