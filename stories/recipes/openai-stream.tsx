import { concat, json } from '@tautline/core'
import { useEventSource } from '@tautline/react'

declare function freshToken(user: string, signal: AbortSignal): Promise<string>

/** A chunk in the format of OpenAI. */
interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[]
}

// Outside the component, so that both keep their identity.
const codec = json<Chunk>()
const text = concat<Chunk>({ pick: ({ choices }) => choices[0]?.delta.content })

export function Completion({ user, prompt }: { readonly user: string; readonly prompt: string | undefined }) {
  const { data, status, error, close, reconnect } = useEventSource(prompt && '/v1/chat/completions', {
    method: 'POST',
    headers: async ({ signal }) => ({ authorization: `Bearer ${await freshToken(user, signal)}` }),
    // The function is a new object in each render, so the key identifies the user.
    key: user,
    body: { model: 'bowline-1', stream: true, messages: [{ role: 'user', content: prompt }] },
    codec,
    reduce: text,
    until: ({ data }) => data === '[DONE]',
  })
  return (
    <>
      <p>{data}</p>
      {status === 'open' && <button onClick={() => close()}>Stop</button>}
      {error?.code === 'http' && <p>The server responded with {error.status}.</p>}
      {status === 'closed' && <button onClick={reconnect}>Retry</button>}
    </>
  )
}
