import { collect, json } from '@tautline/core'
import { useEventSource } from '@tautline/react'
import { useEffect, useState } from 'react'

interface Item {
  readonly id: number
  readonly text: string
}

interface Kept {
  readonly lastEventId?: string | undefined
  readonly items: readonly Item[]
}

const KEY = 'news'
const codec = json<Item>()
const newest = collect({ limit: 100 })

function kept(): Kept {
  const text = sessionStorage.getItem(KEY)
  // Only this page writes it.
  return text === null ? { items: [] } : (JSON.parse(text) as Kept)
}

export function News() {
  // Read once: from then on the hook knows better.
  const [before] = useState(kept)
  const { data, lastEventId } = useEventSource('/news', {
    codec,
    reduce: newest,
    initialData: before.items,
    lastEventId: before.lastEventId,
  })
  // Both at once: an ID without what came before it would be a gap.
  useEffect(() => {
    sessionStorage.setItem(KEY, JSON.stringify({ lastEventId, items: data } satisfies Kept))
  }, [data, lastEventId])
  return data.map(({ id, text }) => <p key={id}>{text}</p>)
}
