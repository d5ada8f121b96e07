import { createWebSocket } from '@tautline/core'

declare function freshToken(signal: AbortSignal): Promise<string>

/** A token in the subprotocols does not end in the logs of proxies, as one in a URL does. */
export const orders = createWebSocket('/orders', {
  protocols: async ({ signal }) => ['v1.orders', `bearer.${await freshToken(signal)}`],
})
