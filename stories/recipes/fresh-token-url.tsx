import { json } from '@tautline/core'
import { useWebSocket } from '@tautline/react'

declare function freshToken(signal: AbortSignal): Promise<string>

interface Order {
  readonly id: string
  readonly state: 'placed' | 'shipped'
}

/** A function runs before every attempt, so each one goes out with a token that is still good. */
async function ordersUrl({ signal }: { readonly signal: AbortSignal }): Promise<string> {
  return `/orders?token=${await freshToken(signal)}`
}

export function LatestOrder() {
  const { data, closed } = useWebSocket(ordersUrl, {
    codec: json<Order>(),
    // A function cannot be compared: the key says that these components mean the same destination.
    key: 'orders',
  })
  if (closed?.by === 'fatal') return <p>Please sign in again.</p>
  return <p>{data ? `Order ${data.id} is ${data.state}` : 'No order yet'}</p>
}
