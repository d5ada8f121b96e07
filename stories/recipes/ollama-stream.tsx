import { concat, json, ndjson } from '@tautline/core'
import { useEventSource } from '@tautline/react'

/** A line of Ollama. An error may arrive after the status 200. */
interface Line {
  readonly response?: string
  readonly error?: string
}

// Outside the component, so that all keep their identity.
const format = ndjson()
const codec = json<Line>()
const text = concat<Line>({ pick: ({ response, error }) => response ?? error })

export function Completion({ prompt }: { readonly prompt: string | undefined }) {
  const { data, status, close } = useEventSource(prompt && '/api/generate', {
    method: 'POST',
    body: { model: 'bowline-1', prompt },
    format,
    codec,
    reduce: text,
  })
  return (
    <>
      <p>{data}</p>
      {status === 'open' && <button onClick={() => close()}>Stop</button>}
    </>
  )
}
