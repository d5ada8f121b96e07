import { collect, json, query } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import { useEffect, useState } from 'react'

interface News {
  readonly next: string
  readonly items: readonly string[]
}

interface Kept {
  readonly cursor?: string | undefined
  readonly items: readonly string[]
}

const KEY = 'headlines'
const codec = json<News>()
const cursorOf = query<News>('since', ({ next }) => next)
const newest = collect({ limit: 100 })

function kept(): Kept {
  const text = sessionStorage.getItem(KEY)
  // Only this page writes it.
  return text === null ? { items: [] } : (JSON.parse(text) as Kept)
}

export function Headlines() {
  // Read once: from then on the hook knows better.
  const [before] = useState(kept)
  const { data, cursor } = useLongPoll('/news?wait=30', {
    codec,
    cursor: cursorOf,
    messages: ({ items }) => items,
    reduce: newest,
    initialData: before.items,
    initialCursor: before.cursor,
  })
  // Both at once: a cursor without what came before it would be a gap.
  useEffect(() => {
    sessionStorage.setItem(KEY, JSON.stringify({ cursor, items: data } satisfies Kept))
  }, [data, cursor])
  return data.map((item) => <p key={item}>{item}</p>)
}
