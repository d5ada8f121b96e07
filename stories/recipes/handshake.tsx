import { collect, json } from '@tautline/core'
import { useWebSocket } from '@tautline/react'

declare function freshToken(user: string): Promise<string>

interface Order {
  readonly id: string
}

const codec = json<Order>()

export function Orders({ user }: { readonly user: string }) {
  const { data } = useWebSocket('/orders', {
    codec,
    reduce: collect({ limit: 50 }),
    // The function is a new object in each render, so the key identifies the user.
    key: user,
    handshake: {
      message: async () => JSON.stringify({ type: 'auth', token: await freshToken(user) }),
      isReady: (raw) => raw === '{"type":"ready"}',
    },
  })
  return (
    <ul>
      {data.map(({ id }) => (
        <li key={id}>{id}</li>
      ))}
    </ul>
  )
}
