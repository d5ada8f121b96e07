import { createWebSocket } from '@tautline/core'
import { demoRetry } from '../server/demo-retry.ts'
import { codec } from './conversation.ts'

const NAME = 'Grace'

/** Adds a third member to the room: a client without a framework, with a connection of its own. Returns a function that removes it. */
export function inviteCompanion(room: string): () => void {
  const client = createWebSocket(`${room}?name=${NAME}`, { codec, retry: demoRetry })
  client.on('message', (message) => {
    if (message.type === 'said' && message.from !== NAME)
      client.send({ type: 'say', text: replyTo(message.text) })
    if (message.type === 'left') client.send({ type: 'say', text: `${message.name} is offline.` })
  })
  client.open()
  return () => client.close()
}

function replyTo(text: string): string {
  return text.endsWith('?') ? 'Good question.' : `“${text}”: got it.`
}
