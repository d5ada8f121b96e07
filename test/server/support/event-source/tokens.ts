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

/** A completion that no other test requests, and the options that read it. */
export function completionRequest({ unique }: EnvironmentHarness, query: string) {
  const key = unique()
  return {
    target: `${PATH}?test=${key}&${query}`,
    /** Identifies the completion at the server. */
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

/** Reads another streamed completion to its end. */
export async function readCompletion({ url }: EnvironmentHarness, query: string): Promise<void> {
  const init = { method: 'POST', body: JSON.stringify({ ...body, stream: true }) }
  await (await fetch(`${url}${PATH}?${query}`, init)).text()
}

/** The text of the same completion without streaming. */
export async function completionText(
  { url }: EnvironmentHarness,
  count: number,
): Promise<{ readonly content: string; readonly finish: string }> {
  const response = await fetch(`${url}${PATH}?tokens=${count}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  // The format of OpenAI.
  const { choices } = (await response.json()) as {
    readonly choices: readonly {
      readonly message: { readonly content: string }
      readonly finish_reason: string
    }[]
  }
  const [choice] = choices
  if (!choice) throw new Error('The completion has no choice')
  return { content: choice.message.content, finish: choice.finish_reason }
}
