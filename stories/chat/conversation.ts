import { type SendResult, json, quickThenSpread } from '@tautline/core'
import { z } from 'zod'

const Said = z.object({
  type: z.literal('said'),
  id: z.string(),
  seq: z.number(),
  from: z.string(),
  text: z.string(),
})

/** What the room says. */
const FromRoom = z.discriminatedUnion('type', [
  Said,
  z.object({ type: z.literal('members'), names: z.array(z.string()), seq: z.number() }),
  z.object({ type: z.enum(['joined', 'left']), name: z.string() }),
  z.object({ type: z.literal('problem'), message: z.string() }),
])

/** What can be said to it. */
const ToRoom = z.object({ type: z.literal('say'), text: z.string().min(1).max(16_384) })

/** One codec for all: components that share a line then decode each message once. */
export const codec = json(FromRoom, ToRoom)

/** Quicker than the defaults, so that there is less to wait for in a demonstration. */
export const retry = { delay: quickThenSpread({ first: 600, window: 1_200, cap: 2_000 }) }

export type Entry =
  | { readonly kind: 'said'; readonly id: string; readonly from: string; readonly text: string }
  | { readonly kind: 'note'; readonly id: string; readonly text: string }

export interface Conversation {
  readonly entries: readonly Entry[]
  /** The number of the newest message, so that a gap is noticed. */
  readonly seq: number | undefined
}

export const nothingSaid: Conversation = { entries: [], seq: undefined }

const LIMIT = 200

/** The fold: the conversation so far and one message in, the conversation out. */
export function conversation(before: Conversation, message: z.infer<typeof FromRoom>): Conversation {
  const note = (text: string): Entry => ({ kind: 'note', id: crypto.randomUUID(), text })
  const add = (entry: Entry, seq = before.seq): Conversation => ({
    entries: [...before.entries.slice(1 - LIMIT), entry],
    seq,
  })
  switch (message.type) {
    case 'said':
      return add({ kind: 'said', id: message.id, from: message.from, text: message.text }, message.seq)
    case 'members': {
      const missed = message.seq - (before.seq ?? message.seq)
      if (missed === 0) return { ...before, seq: message.seq }
      return add(note(`${missed} said while this line was down`), message.seq)
    }
    case 'joined':
    case 'left':
      return add(note(`${message.name} ${message.type === 'joined' ? 'is here' : 'has left'}`))
    case 'problem':
      return add(note(message.message))
  }
}

/** What was typed and has not come back from the server yet, oldest first. */
export function pendingAfterSend(
  pending: readonly string[],
  text: string,
  result: SendResult,
): readonly string[] {
  return result === 'queued' ? [...pending, text] : pending
}

export function pendingAfterMessage(
  pending: readonly string[],
  message: z.infer<typeof FromRoom>,
  me: string,
): readonly string[] {
  const arrived = message.type === 'said' && message.from === me && message.text === pending[0]
  return arrived ? pending.slice(1) : pending
}
