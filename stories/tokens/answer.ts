import { type Closed, type ServerSentEvent, type Status, concat, json } from '@tautline/core'
import { z } from 'zod'
import type { StoryServer } from '../server/story-server.ts'

/** A piece of an answer in the format of OpenAI, as far as this page reads it. */
interface Chunk {
  readonly id: string
  readonly choices: readonly { readonly delta: { readonly content?: string } }[]
}

export const codec = json<Chunk>()

/** By this the server says that the answer is whole. */
export const until = ({ data }: ServerSentEvent): boolean => data === '[DONE]'

export const bodyOf = (prompt: string) => ({
  model: 'bowline-1',
  stream: true,
  messages: [{ role: 'user', content: prompt }],
})

export interface Answer {
  readonly id: string | undefined
  readonly text: string
  readonly tokens: number
  /** When the first and the latest token came, in ms. */
  readonly first: number
  readonly last: number
}

export const noAnswer: Answer = { id: undefined, text: '', tokens: 0, first: 0, last: 0 }

const tokenOf = ({ choices }: Chunk): string => choices[0]?.delta.content ?? ''
const write = concat({ pick: tokenOf })

/** The fold: `concat` writes the text, the rest is for the meters. */
export function writeDown(before: Answer, chunk: Chunk): Answer {
  const { id } = chunk
  if (tokenOf(chunk) === '') return { ...before, id }
  const now = performance.now()
  const first = before.tokens === 0 ? now : before.first
  return { id, text: write(before.text, chunk), tokens: before.tokens + 1, first, last: now }
}

/** What the meters show; `asked` is when the question went out, in ms. */
export function metersOf({ tokens, first, last }: Answer, asked: number) {
  const seconds = (last - first) / 1000
  return {
    wait: tokens === 0 ? '–' : `${Math.max(0, Math.round(first - asked))}`,
    speed: seconds > 0 ? `${Math.round((tokens - 1) / seconds)}` : '–',
  }
}

/** Where it stands, in words. */
export function verdict(status: Status, closed: Closed | undefined, error: Error | undefined): string {
  switch (status) {
    case 'idle':
      return 'Nothing is asked yet.'
    case 'connecting':
      return 'Waiting for the first token.'
    case 'open':
      return 'The answer is being written.'
    case 'backoff':
      return `${error?.message ?? 'No answer'}. It has done nothing yet, so the question goes out again by itself.`
    case 'closed':
      if (closed?.by === 'complete') return 'The answer is whole: [DONE] came.'
      if (closed?.by === 'user') return 'Stopped.'
      return `${error?.message ?? 'It ended'}. A POST that may have been carried out is not repeated by itself.`
  }
}

const State = z.object({
  endpoints: z.object({
    completions: z.object({
      latest: z.array(z.object({ id: z.string(), tokens: z.number(), ended: z.string().optional() })),
    }),
  }),
})

/** Asks the server what became of an answer, until it knows. */
export async function askServer(server: StoryServer, id: string): Promise<string> {
  for (let tries = 0; tries < 40; tries += 1) {
    const { endpoints } = State.parse(await server.control('GET', 'state'))
    const found = endpoints.completions.latest.find((completion) => completion.id === id)
    if (found?.ended === 'aborted') return `The server noticed: ${found.tokens} tokens made, and no more.`
    if (found?.ended === 'finished') return `The server had finished: ${found.tokens} tokens made.`
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return 'The server has noticed nothing.'
}
