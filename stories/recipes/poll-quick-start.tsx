import { collect, json, query } from '@tautline/core'
import { useLongPoll } from '@tautline/react' // or '@tautline/vue'

interface News {
  readonly next: string
  readonly items: readonly { readonly id: number; readonly text: string }[]
}

const codec = json<News>() // json(schema) also validates

export function Headlines() {
  const { data, status } = useLongPoll('/news?wait=30', {
    codec,
    cursor: query<News>('since', ({ next }) => next), // ?wait=30&since=…
    messages: ({ items }) => items, // one response, many messages
    reduce: collect({ limit: 100 }), // data: all of them, oldest first
  })
  return (
    <>
      <p>{status}</p>
      {data.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </>
  )
}
