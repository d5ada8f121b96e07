import { collect, json } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import { z } from 'zod'

const Message = z.object({ id: z.string(), from: z.string(), text: z.string() })
const codec = json(Message)

/** When the room changes, the list starts empty. */
export function ChatList({ room }: { readonly room: string }) {
  const { data, status, queued } = useWebSocket(`/chat/${room}`, { codec, reduce: collect({ limit: 200 }) })
  return (
    <>
      <p>
        {status}, {queued} waiting
      </p>
      <ol>
        {data.map(({ id, from, text }) => (
          <li key={id}>
            {from}: {text}
          </li>
        ))}
      </ol>
    </>
  )
}
