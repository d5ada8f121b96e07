import { json } from '@tautline/core'
import { useEventSource } from '@tautline/react'

/** Those that carry something to show; the others (message_start, ping and so on) are not delivered. */
const events = {
  content_block_delta: json<{ readonly delta: { readonly text?: string } }>(),
  error: json<{ readonly error: { readonly message: string } }>(),
}

interface Letter {
  readonly text: string
  readonly problem?: string
}

export function Letter({ prompt }: { readonly prompt: string | undefined }) {
  const { data } = useEventSource(prompt && '/v1/messages', {
    method: 'POST',
    body: {
      model: 'bowline-1',
      max_tokens: 512,
      stream: true,
      messages: [{ role: 'user', content: prompt }],
    },
    events,
    initialData: { text: '' },
    reduce(before: Letter, message): Letter {
      // The name of the event tells what its data is. An error can come after the status 200.
      if (message.event === 'error') return { ...before, problem: message.data.error.message }
      return { ...before, text: before.text + (message.data.delta.text ?? '') }
    },
    until: ({ event }) => event === 'message_stop',
  })
  return <p>{data.problem ?? data.text}</p>
}
