import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'

interface Order {
  readonly id: string
}

declare function show(order: Order): void

const codec = json<Order>()

/** With a key a POST may be sent again: the server knows by it that it has seen this one, and orders once. */
export function OrderButton({ cart }: { readonly cart: readonly string[] }) {
  const { isFetching, attempt, error, execute } = useFetch('/api/orders', {
    codec,
    method: 'POST',
    enabled: false,
    idempotencyKey: true, // a new one for each `execute`, the same for each of its tries
    invalidates: ['/api/cart'],
  })
  return (
    <>
      <button disabled={isFetching} onClick={() => void execute({ json: { cart } }).then(show, () => {})}>
        {attempt > 0 ? 'Ordering, once more …' : 'Order'}
      </button>
      {error && <p role="alert">{error.message}</p>}
    </>
  )
}
