import { type Fields } from '../input.ts'
import { tokensUpTo } from './knots.ts'

/** What is generated, and how it is labelled. */
export interface Generation {
  readonly id: string
  /** In seconds since 1970, as OpenAI counts. */
  readonly created: number
  readonly model: string
  readonly prompt: string
  /** How many tokens the answer has by itself. */
  readonly tokens: number
  /** How many the client wants at most. */
  readonly limit: number
}

type FinishReason = 'stop' | 'length'

interface Delta {
  readonly role?: 'assistant'
  readonly content?: string
}

const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length

/** One chunk of a streamed completion. */
export const chunkOf = ({ id, created, model }: Generation, delta: Delta, reason?: FinishReason): object => ({
  id,
  object: 'chat.completion.chunk',
  created,
  model,
  choices: [{ index: 0, delta, finish_reason: reason ?? null }],
})

/** The whole completion at once. */
export function completionOf({ id, created, model, prompt, tokens, limit }: Generation): object {
  const count = Math.min(tokens, limit)
  const message = { role: 'assistant', content: tokensUpTo(count) }
  const asked = wordsIn(prompt)
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, finish_reason: limit < tokens ? 'length' : 'stop' }],
    usage: { prompt_tokens: asked, completion_tokens: count, total_tokens: asked + count },
  }
}

const roles = ['system', 'developer', 'user', 'assistant', 'tool'] as const
const lengths = { min: 0, max: 65_536 }

/** What was asked: the text of all messages, or `prompt`. @throws Problem */
export function promptOf(fields: Fields): string {
  if (fields.has('prompt')) return fields.text('prompt', lengths)
  const messages = fields.objects('messages', { min: 1, max: 1_000 })
  const texts = messages.map((message) => {
    message.choice('role', roles)
    return message.text('content', lengths)
  })
  return texts.join('\n')
}

/** As OpenAI answers a wrong key. */
export const UNAUTHORIZED_BODY = {
  error: {
    message: 'Incorrect API key provided.',
    type: 'invalid_request_error',
    param: null,
    code: 'invalid_api_key',
  },
}
