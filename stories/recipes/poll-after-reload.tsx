import { collect, json, query } from '@tautline/core'
import { useLongPoll } from '@tautline/react'
import { useEffect, useState } from 'react'

interface News {
  readonly next: string
  readonly items: readonly string[]
}

interface Saved {
  readonly cursor?: string | undefined
  readonly items: readonly string[]
}

const KEY = 'headlines'
const codec = json<News>()
const cursorOf = query<News>('since', ({ next }) => next)
const newest = collect({ limit: 100 })

function readSaved(): Saved {
  const text = sessionStorage.getItem(KEY)
  // Only this page writes it.
  return text === null ? { items: [] } : (JSON.parse(text) as Saved)
}

export function Headlines() {
  // Read only once, because the hook has newer values from then on.
  const [saved] = useState(readSaved)
  const { data, cursor } = useLongPoll('/news?wait=30', {
    codec,
    cursor: cursorOf,
    messages: ({ items }) => items,
    reduce: newest,
    initialData: saved.items,
    initialCursor: saved.cursor,
  })
  // Saves both together, because the items before the cursor would be missing after a reload.
  useEffect(() => {
    sessionStorage.setItem(KEY, JSON.stringify({ cursor, items: data } satisfies Saved))
  }, [data, cursor])
  return data.map((item) => <p key={item}>{item}</p>)
}
