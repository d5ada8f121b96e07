import { json } from '@tautline/core'
import { useEventSource } from '@tautline/react'

// Outside the component, so that the codecs keep their identity.
const events = {
  price: json<{ readonly price: number }>(),
  halt: json<{ readonly reason: string }>(),
}

/** When the symbol changes, data starts empty. */
export function Price({ symbol }: { readonly symbol: string }) {
  const { data, status } = useEventSource(`/prices/${symbol}`, { events })
  if (data?.event === 'halt') return <p>halted: {data.data.reason}</p>
  return (
    <p>
      {status} {data?.data.price}
    </p>
  )
}
