import { type SendResult, json } from '@tautline/core'
import { z } from 'zod'

const ChatMessage = z.object({
  type: z.literal('said'),
  id: z.string(),
  seq: z.number(),
  from: z.string(),
  text: z.string(),
})

/** The messages that the server sends. */
const FromRoom = z.discriminatedUnion('type', [
  ChatMessage,
  z.object({ type: z.literal('members'), names: z.array(z.string()), seq: z.number() }),
  z.object({ type: z.enum(['joined', 'left']), name: z.string() }),
  z.object({ type: z.literal('problem'), message: z.string() }),
])

/** The message that a client sends. */
const ToRoom = z.object({ type: z.literal('say'), text: z.string().min(1).max(16_384) })

/** One codec for all components, so that each message of the shared connection is decoded once. */
export const codec = json(FromRoom, ToRoom)

export type Entry =
  | { readonly kind: 'message'; readonly id: string; readonly from: string; readonly text: string }
  | { readonly kind: 'note'; readonly id: string; readonly text: string }

export interface Conversation {
  readonly entries: readonly Entry[]
  /** The number of the newest message. After a reconnect it shows how many were missed. */
  readonly seq: number | undefined
}

export const emptyConversation: Conversation = { entries: [], seq: undefined }

const MAX_ENTRIES = 200

/** The reducer: adds one message to the conversation. */
export function reduceConversation(before: Conversation, message: z.infer<typeof FromRoom>): Conversation {
  const note = (text: string): Entry => ({ kind: 'note', id: crypto.randomUUID(), text })
  const add = (entry: Entry, seq = before.seq): Conversation => ({
    entries: [...before.entries.slice(1 - MAX_ENTRIES), entry],
    seq,
  })
  switch (message.type) {
    case 'said':
      return add({ kind: 'message', id: message.id, from: message.from, text: message.text }, message.seq)
    case 'members': {
      const missed = message.seq - (before.seq ?? message.seq)
      if (missed === 0) return { ...before, seq: message.seq }
      return add(note(`${missed} messages missed while the connection was down`), message.seq)
    }
    case 'joined':
    case 'left':
      return add(note(`${message.name} ${message.type === 'joined' ? 'has joined' : 'has left'}`))
    case 'problem':
      return add(note(message.message))
  }
}

/** The queued messages after a send, oldest first. */
export function pendingAfterSend(
  pending: readonly string[],
  text: string,
  result: SendResult,
): readonly string[] {
  return result === 'queued' ? [...pending, text] : pending
}

/** The queued messages after one of them has come back from the server. */
export function pendingAfterMessage(
  pending: readonly string[],
  message: z.infer<typeof FromRoom>,
  me: string,
): readonly string[] {
  const arrived = message.type === 'said' && message.from === me && message.text === pending[0]
  return arrived ? pending.slice(1) : pending
}
