import { collect, json } from '@tautline/core'
import { useWebSocket } from '@tautline/react' // or '@tautline/vue'
import { z } from 'zod'

const Message = z.object({ id: z.string(), text: z.string() })

export function Chat() {
  const { data, status, send } = useWebSocket('/chat', {
    codec: json(Message), // any Standard Schema: zod, valibot, arktype …
    reduce: collect({ limit: 200 }), // data: Message[]
  })
  return (
    <>
      <p>{status}</p>
      {data.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
      <button onClick={() => send({ id: crypto.randomUUID(), text: 'Ahoy' })}>Ahoy</button>
    </>
  )
}
