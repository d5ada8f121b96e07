import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { useState } from 'react'

interface Page {
  readonly items: readonly { readonly id: number; readonly name: string }[]
  readonly next: string | null
}

const codec = json<Page>()

export function People() {
  const [page, setPage] = useState(1)
  const { data, status } = useFetch('/api/users', {
    codec,
    query: { page, limit: 20 },
    keepPreviousData: true, // shows the old page until the new one arrives
    staleWhileRevalidate: 60_000, // shows a page that was visited before at once
  })
  return (
    <>
      <ul aria-busy={status === 'pending'}>
        {data?.items.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      <button disabled={page === 1} onClick={() => setPage(page - 1)}>
        Previous
      </button>
      <button disabled={!data?.next} onClick={() => setPage(page + 1)}>
        Next
      </button>
    </>
  )
}
