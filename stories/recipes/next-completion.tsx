'use client'

import { concat, json } from '@tautline/core'
import { useEventSource } from '@tautline/react'
import { useState } from 'react'

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string | null } }[]
}

const codec = json<Chunk>()
const reduce = concat<Chunk>({ pick: ({ choices }) => choices[0]?.delta.content })

export function Completion() {
  const [prompt, setPrompt] = useState('')
  const { data, status, error, close, reconnect } = useEventSource(prompt && '/api/chat', {
    method: 'POST',
    body: { prompt },
    codec,
    reduce,
    until: ({ data }) => data === '[DONE]',
  })

  function submit(form: FormData) {
    const text = form.get('prompt')
    if (typeof text !== 'string') return
    if (text === prompt) reconnect() // the same question again
    else setPrompt(text)
  }

  return (
    <>
      <form action={submit}>
        <input name="prompt" required />
        <button>Send</button>
      </form>
      <p>{data}</p>
      {status === 'connecting' && <p>Thinking …</p>}
      {status === 'open' && <button onClick={() => close()}>Stop</button>}
      {error && <p role="alert">{error.code === 'http' ? `Status ${error.status}` : error.message}</p>}
    </>
  )
}
