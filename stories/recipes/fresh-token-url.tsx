import { json } from '@tautline/core'
import { TautlineProvider, useWebSocket } from '@tautline/react'

declare function freshToken(signal: AbortSignal): Promise<string>

interface Order {
  readonly id: string
  readonly state: 'placed' | 'shipped'
}

/** A function runs before every attempt, so each attempt sends a token that is still good. */
async function ordersUrl({ signal }: { readonly signal: AbortSignal }): Promise<string> {
  return `/orders?token=${await freshToken(signal)}`
}

function LatestOrder() {
  const { data, closed } = useWebSocket(ordersUrl, {
    codec: json<Order>(),
    // The result of a URL function is not compared, so the hook's own key names the URL. It is
    // added to the provider's key.
    key: 'orders',
  })
  if (closed?.by === 'fatal') return <p>Please log in again.</p>
  return <p>{data ? `Order ${data.id} is ${data.state}` : 'No order yet'}</p>
}

/**
 * The provider's key says whose connections these are, and `forgetUser(until, { key: user.id })`
 * finds them by it.
 */
export function Orders({ user }: { readonly user: { readonly id: string } }) {
  return (
    <TautlineProvider options={{ key: user.id }}>
      <LatestOrder />
    </TautlineProvider>
  )
}
