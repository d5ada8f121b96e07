import { collect, json } from '@tautline/core'
import { useEventSource } from '@tautline/react'
import { useEffect, useState } from 'react'

interface Item {
  readonly id: number
  readonly text: string
}

interface Saved {
  readonly lastEventId?: string | undefined
  readonly items: readonly Item[]
}

const KEY = 'news'
const codec = json<Item>()
const newest = collect({ limit: 100 })

function readSaved(): Saved {
  const text = sessionStorage.getItem(KEY)
  // Only this page writes it.
  return text === null ? { items: [] } : (JSON.parse(text) as Saved)
}

export function News() {
  // Read only once, because the hook has newer values from then on.
  const [saved] = useState(readSaved)
  const { data, lastEventId } = useEventSource('/news', {
    codec,
    reduce: newest,
    initialData: saved.items,
    lastEventId: saved.lastEventId,
  })
  // Saves both together, because the items before the ID would be missing after a reload.
  useEffect(() => {
    sessionStorage.setItem(KEY, JSON.stringify({ lastEventId, items: data } satisfies Saved))
  }, [data, lastEventId])
  return data.map(({ id, text }) => <p key={id}>{text}</p>)
}
