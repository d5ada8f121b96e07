import { collect, json, pings } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import { useState } from 'react'

interface Message {
  readonly id: string
  readonly from: string
  readonly text: string
}

export function ChatRoom({ room, name }: { readonly room: string; readonly name: string }) {
  const [text, setText] = useState('')
  const { data, status, queued, error, send } = useWebSocket(`/chat/${room}`, {
    codec: json<Message>(),
    reduce: collect({ limit: 200 }),
    heartbeat: pings(),
  })

  function submit() {
    send({ id: crypto.randomUUID(), from: name, text })
    setText('')
  }

  return (
    <>
      <p>
        {status}, {queued} waiting
      </p>
      {error && <p role="alert">{error.message}</p>}
      <ol>
        {data.map((message) => (
          <li key={message.id}>
            {message.from}: {message.text}
          </li>
        ))}
      </ol>
      <form action={submit}>
        <input aria-label="Message" required value={text} onChange={({ target }) => setText(target.value)} />
        <button>Send</button>
      </form>
    </>
  )
}
