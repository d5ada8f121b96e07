import { json } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import { z } from 'zod'

declare function log(text: string, detail: unknown): void

const Price = z.object({ symbol: z.string(), price: z.number() })
const Subscribe = z.object({ type: z.literal('subscribe'), symbol: z.string() })

export function PriceTag({ symbol }: { readonly symbol: string }) {
  const { data, send } = useWebSocket('/prices', {
    codec: json(Price, Subscribe),
    onOpen: () => send({ type: 'subscribe', symbol }),
    onError(error) {
      // A message that does not match the schema is reported here, and the connection stays open.
      if (error.code === 'decode') log(error.message, error.issues)
    },
  })
  return <output>{data?.price.toFixed(2) ?? '…'}</output>
}
