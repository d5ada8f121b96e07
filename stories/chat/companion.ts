import { createWebSocket } from '@tautline/core'
import { codec, retry } from './conversation.ts'

const NAME = 'Grace'

/** Somebody to talk to: a third client, without a framework and on a line of its own. Returns how to send her home. */
export function inviteCompanion(room: string): () => void {
  const line = createWebSocket(`${room}?name=${NAME}`, { codec, retry })
  line.on('message', (message) => {
    if (message.type === 'said' && message.from !== NAME)
      line.send({ type: 'say', text: answer(message.text) })
    if (message.type === 'left') line.send({ type: 'say', text: `${message.name}? Your line is down.` })
  })
  line.open()
  return () => line.close()
}

function answer(text: string): string {
  return text.endsWith('?') ? 'Good question.' : `“${text}”: heard you.`
}
