import { collect, json } from '@tautline/core'
import { useEventSource } from '@tautline/react' // or '@tautline/vue'
import { z } from 'zod'

const Headline = z.object({ id: z.number(), text: z.string() })

export function News() {
  const { data, status } = useEventSource('/news', {
    codec: json(Headline), // any Standard Schema, or json<Headline>() without validation
    reduce: collect({ limit: 100 }), // data: Headline[]; without it data is the latest one
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
