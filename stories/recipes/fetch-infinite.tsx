import { collect, json } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { useEffect } from 'react'

interface Page {
  readonly items: readonly { readonly id: number; readonly name: string }[]
  /** Null on the last page. */
  readonly next: string | null
}

const options = { codec: json<Page>(), enabled: false, reduce: collect() } as const

export function UserList() {
  const { data: pages, isFetching, execute } = useFetch('/api/users', options)
  const next = pages.at(-1)?.next
  useEffect(() => void execute(), [execute]) // the first page
  return (
    <>
      {pages
        .flatMap(({ items }) => items)
        .map(({ id, name }) => (
          <p key={id}>{name}</p>
        ))}
      <button disabled={isFetching || !next} onClick={() => void execute({ query: { after: next } })}>
        More
      </button>
    </>
  )
}
