import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'

interface Order {
  readonly id: string
}

declare function show(order: Order): void

const codec = json<Order>()

/** With an idempotency key a POST may be retried: the server creates the order once. */
export function OrderButton({ cart }: { readonly cart: readonly string[] }) {
  const { isFetching, attempt, error, execute } = useFetch('/api/orders', {
    codec,
    method: 'POST',
    enabled: false,
    idempotencyKey: true, // a new key for each `execute`, and the same key for its retries
    invalidates: ['/api/cart'],
  })
  return (
    <>
      <button disabled={isFetching} onClick={() => void execute({ json: { cart } }).then(show, () => {})}>
        {attempt > 0 ? 'Ordering, retrying …' : 'Order'}
      </button>
      {error && <p role="alert">{error.message}</p>}
    </>
  )
}
