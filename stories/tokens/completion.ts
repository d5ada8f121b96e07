import { type Closed, type ServerSentEvent, type Status, concat, json } from '@tautline/core'
import { z } from 'zod'
import type { StoryServer } from '../server/story-server.ts'

/** A chunk of a streamed completion in the format of OpenAI: the fields that this page reads. */
interface Chunk {
  readonly id: string
  readonly choices: readonly { readonly delta: { readonly content?: string } }[]
}

export const codec = json<Chunk>()

/** The last event of a complete answer. */
export const until = ({ data }: ServerSentEvent): boolean => data === '[DONE]'

export const bodyOf = (prompt: string) => ({
  model: 'bowline-1',
  stream: true,
  messages: [{ role: 'user', content: prompt }],
})

export interface Completion {
  readonly id: string | undefined
  readonly text: string
  readonly tokens: number
  /** When the first and the latest token arrived, by `performance.now()`. */
  readonly firstAt: number
  readonly lastAt: number
}

export const emptyCompletion: Completion = { id: undefined, text: '', tokens: 0, firstAt: 0, lastAt: 0 }

const tokenOf = ({ choices }: Chunk): string => choices[0]?.delta.content ?? ''
const appendToken = concat({ pick: tokenOf })

/** The reducer: `concat` appends the text, and the other fields are for the figures. */
export function reduceCompletion(before: Completion, chunk: Chunk): Completion {
  const { id } = chunk
  if (tokenOf(chunk) === '') return { ...before, id }
  const now = performance.now()
  const firstAt = before.tokens === 0 ? now : before.firstAt
  return { id, text: appendToken(before.text, chunk), tokens: before.tokens + 1, firstAt, lastAt: now }
}

/** The figures below an answer. @param sentAt when the question was sent, by `performance.now()` */
export function figuresOf({ tokens, firstAt, lastAt }: Completion, sentAt: number) {
  const seconds = (lastAt - firstAt) / 1000
  return {
    wait: tokens === 0 ? '–' : `${Math.max(0, Math.round(firstAt - sentAt))}`,
    speed: seconds > 0 ? `${Math.round((tokens - 1) / seconds)}` : '–',
  }
}

/** The state of the request as a sentence. */
export function statusText(status: Status, closed: Closed | undefined, error: Error | undefined): string {
  switch (status) {
    case 'idle':
      return 'No question sent yet.'
    case 'connecting':
      return 'Waiting for the response.'
    case 'open':
      return 'Receiving the answer.'
    case 'backoff':
      return `${error?.message ?? 'No response'}. The server refused the request without running it, so the request is retried.`
    case 'closed':
      if (closed?.by === 'complete') return 'The answer is complete: the [DONE] event arrived.'
      if (closed?.by === 'user') return 'Stopped.'
      return `${error?.message ?? 'The stream ended'}. The server may have run this POST, so it is not retried automatically.`
  }
}

const State = z.object({
  endpoints: z.object({
    completions: z.object({
      latest: z.array(z.object({ id: z.string(), tokens: z.number(), ended: z.string().optional() })),
    }),
  }),
})

/** Polls the server until it knows how a completion ended. */
export async function fetchOutcome(server: StoryServer, id: string): Promise<string> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const { endpoints } = State.parse(await server.control('GET', 'state'))
    const found = endpoints.completions.latest.find((completion) => completion.id === id)
    if (found?.ended === 'aborted') return `The server stopped after ${found.tokens} tokens.`
    if (found?.ended === 'finished') return `The server had already sent all ${found.tokens} tokens.`
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return 'The server has not stopped.'
}
