import { type Fields } from '../input.ts'
import { tokensUpTo } from './knots.ts'

/** The parameters of a generated completion. */
export interface Generation {
  readonly id: string
  /** Seconds since 1970, as in OpenAI's format. */
  readonly created: number
  readonly model: string
  readonly prompt: string
  /** The number of tokens of the full text. */
  readonly tokens: number
  /** The maximum number of tokens that the client requests. */
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

/** The whole completion, as one JSON object. */
export function completionOf({ id, created, model, prompt, tokens, limit }: Generation): object {
  const count = Math.min(tokens, limit)
  const message = { role: 'assistant', content: tokensUpTo(count) }
  const promptTokens = wordsIn(prompt)
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, finish_reason: limit < tokens ? 'length' : 'stop' }],
    usage: { prompt_tokens: promptTokens, completion_tokens: count, total_tokens: promptTokens + count },
  }
}

const roles = ['system', 'developer', 'user', 'assistant', 'tool'] as const
const lengths = { min: 0, max: 65_536 }

/** Reads the prompt: the text of all messages, or `prompt`. @throws Problem */
export function promptOf(fields: Fields): string {
  if (fields.has('prompt')) return fields.text('prompt', lengths)
  const messages = fields.objects('messages', { min: 1, max: 1_000 })
  const texts = messages.map((message) => {
    message.choice('role', roles)
    return message.text('content', lengths)
  })
  return texts.join('\n')
}

/** OpenAI's response to a wrong key. */
export const UNAUTHORIZED_BODY = {
  error: {
    message: 'Incorrect API key provided.',
    type: 'invalid_request_error',
    param: null,
    code: 'invalid_api_key',
  },
}
