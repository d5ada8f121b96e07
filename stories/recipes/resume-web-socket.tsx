import { json, jsonFrames, resumable } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import * as z from 'zod'

const Item = z.object({ text: z.string() })

// The server sends {"seq": 17, "item": {"text": "hello"}}, and starts after `after` in the query.
const resume = resumable({
  frames: jsonFrames({ id: 'seq', data: 'item' }),
  query: 'after',
  isNext: (id, before) => Number(id) === Number(before) + 1,
})

export function Latest({ reload }: { readonly reload: () => void }) {
  const { data, cursor } = useWebSocket('/live', {
    resume,
    codec: json(Item),
    // Messages are missing, and the server does not have them any more.
    onError: (error) => error.code === 'gap' && reload(),
  })
  return (
    <p>
      {cursor}: {data?.text}
    </p>
  )
}
