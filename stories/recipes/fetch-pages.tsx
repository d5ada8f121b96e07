import { cursor, json } from '@tautline/core'
import { useFetchPages } from '@tautline/react'

interface Page {
  readonly items: readonly { readonly id: number; readonly name: string }[]
  /** Null on the last page. */
  readonly next: string | null
}

const options = { codec: json<Page>(), next: cursor<Page>('after', (page) => page.next) }

export function UserList({ search }: { readonly search: string }) {
  const { pages, status, error, hasNext, isFetchingNext, fetchNext, refetch } = useFetchPages('/api/users', {
    ...options,
    query: { q: search }, // another search starts with the first page
    keepPreviousData: true, // and shows the old list until then
  })
  return (
    <>
      <ul aria-busy={status === 'pending'}>
        {pages
          .flatMap(({ items }) => items)
          .map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
      </ul>
      {error && <p role="alert">{error.message}</p>}
      <button disabled={isFetchingNext || !hasNext} onClick={() => void fetchNext()}>
        More
      </button>
      <button onClick={() => void refetch()}>Refresh</button>
    </>
  )
}
