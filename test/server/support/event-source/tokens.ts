import { concat, json } from '@tautline/core'
import type { EnvironmentHarness } from '../environment-harness.ts'

/** A chunk of a streamed completion. */
export interface Chunk {
  readonly choices: readonly {
    readonly delta: { readonly content?: string }
    readonly finish_reason: string | null
  }[]
}

const PATH = '/v1/chat/completions'
const body = { messages: [{ role: 'user', content: 'What holds?' }] }

export const tokens = ({ choices }: Pick<Chunk, 'choices'>): string | undefined => choices[0]?.delta.content

/** A completion that no other test asks for, and the options that read it. */
export function completionRequest({ unique }: EnvironmentHarness, query: string) {
  const key = unique()
  return {
    target: `${PATH}?test=${key}&${query}`,
    /** By which the server knows it again. */
    key,
    options: {
      method: 'POST',
      headers: { 'Idempotency-Key': key },
      body: { ...body, stream: true },
      codec: json<Chunk>(),
      reduce: concat<Chunk>({ pick: tokens }),
      until: ({ data }: { readonly data: string }) => data === '[DONE]',
    },
  }
}

/** A streamed completion that somebody else asks for and reads to its end. */
export async function readCompletion({ url }: EnvironmentHarness, query: string): Promise<void> {
  const init = { method: 'POST', body: JSON.stringify({ ...body, stream: true }) }
  await (await fetch(`${url}${PATH}?${query}`, init)).text()
}

/** What the same question is answered with when it is answered at once. */
export async function completionText(
  { url }: EnvironmentHarness,
  count: number,
): Promise<{ readonly content: string; readonly finish: string }> {
  const response = await fetch(`${url}${PATH}?tokens=${count}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  // OpenAI's format, which the demo server speaks.
  const { choices } = (await response.json()) as {
    readonly choices: readonly {
      readonly message: { readonly content: string }
      readonly finish_reason: string
    }[]
  }
  const [choice] = choices
  if (!choice) throw new Error('No completion is without an answer')
  return { content: choice.message.content, finish: choice.finish_reason }
}
