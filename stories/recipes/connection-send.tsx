import { acknowledged, json, jsonFrames } from '@tautline/core'
import { eventSource, post, useConnection, webSocket } from '@tautline/react'

interface ChatMessage {
  readonly key: string
  readonly text: string
}

const keyOf = ({ key }: ChatMessage) => key

const acks = acknowledged({
  key: keyOf,
  // The server confirms over the WebSocket with {"ack":"<key>"}.
  isAck: (raw) => typeof raw === 'string' && /^\{"ack":"([^"]*)"/.exec(raw)?.[1],
})

// The response confirms a request. The key is sent as Idempotency-Key, so a retry is safe.
const upstream = post('/chat', { key: keyOf, headers: { 'content-type': 'application/json' } })

export function Chat() {
  const { send, queued, unconfirmed } = useConnection(
    [
      webSocket('/chat', { frames: jsonFrames({ id: 'seq' }), query: 'after' }),
      eventSource('/chat', { greets: true }),
    ],
    { codec: json<ChatMessage>(), upstream, acks },
  )
  return (
    <button onClick={() => send({ key: crypto.randomUUID(), text: 'Hello' })}>
      Say hello ({queued} waiting, {unconfirmed} not confirmed)
    </button>
  )
}
