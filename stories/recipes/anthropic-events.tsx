import { json } from '@tautline/core'
import { useEventSource } from '@tautline/react'

/** The events to show. The hook does not deliver the others (message_start, ping and so on). */
const events = {
  content_block_delta: json<{ readonly delta: { readonly text?: string } }>(),
  error: json<{ readonly error: { readonly message: string } }>(),
}

interface Reply {
  readonly text: string
  readonly problem?: string
}

export function Reply({ prompt }: { readonly prompt: string | undefined }) {
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
    reduce(before: Reply, message): Reply {
      // The name of the event decides the type of its data. An error may arrive after the status 200.
      if (message.event === 'error') return { ...before, problem: message.data.error.message }
      return { ...before, text: before.text + (message.data.delta.text ?? '') }
    },
    until: ({ event }) => event === 'message_stop',
  })
  return <p>{data.problem ?? data.text}</p>
}
