import { acknowledged, json } from '@tautline/core'
import { useWebSocket } from '@tautline/react'

interface ChatMessage {
  readonly id: string
  readonly text: string
}

const codec = json<ChatMessage>()

const acks = acknowledged({
  // Each message has its own key, so the server can recognize one that it gets again.
  key: (message: ChatMessage) => message.id,
  // The server confirms with {"ack":"<key>"}.
  isAck: (raw) => typeof raw === 'string' && /^\{"ack":"([^"]*)"\}$/.exec(raw)?.[1],
})

export function Chat() {
  const { send, unconfirmed } = useWebSocket('/chat', { codec, acks })
  return (
    <button onClick={() => send({ id: crypto.randomUUID(), text: 'Hello' })}>
      Say hello ({unconfirmed} on the way)
    </button>
  )
}
