import { json } from '@tautline/core'
import { useWebSocket } from '@tautline/react'

declare function freshToken(signal: AbortSignal): Promise<string>

interface Order {
  readonly id: string
  readonly state: 'placed' | 'shipped'
}

/** A function runs before every attempt, so each attempt sends a token that is still good. */
async function ordersUrl({ signal }: { readonly signal: AbortSignal }): Promise<string> {
  return `/orders?token=${await freshToken(signal)}`
}

export function LatestOrder({ user }: { readonly user: { readonly id: string } }) {
  const { data, closed } = useWebSocket(ordersUrl, {
    codec: json<Order>(),
    // What a URL function gives cannot be compared, so the key names the URL as well as the user.
    key: `orders:${user.id}`,
  })
  if (closed?.by === 'fatal') return <p>Please log in again.</p>
  return <p>{data ? `Order ${data.id} is ${data.state}` : 'No order yet'}</p>
}
