import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { useState } from 'react'

interface User {
  readonly id: number
  readonly name: string
}

interface Page {
  readonly items: readonly User[]
  readonly total: number
}

const LIMIT = 20
const url = '/api/users'
const codec = json<Page>()
const empty: Page = { items: [], total: 0 }

export function AdminUsers() {
  const [q, setQ] = useState('')
  const [page, setPage] = useState(1)
  const { data, status, error, mutate } = useFetch(url, {
    codec,
    query: { q: q || undefined, page, limit: LIMIT }, // undefined is left out
    keepPreviousData: true,
  })
  // Each makes all pages stale, which are then refetched.
  const save = useFetch(url, { method: 'PATCH', enabled: false, invalidates: [url] })
  const remove = useFetch(url, { method: 'DELETE', enabled: false, invalidates: [url] })
  const failure = error ?? save.error ?? remove.error

  /** Shown at once, and undone if the request fails. */
  function rename(id: number, name: string): void {
    const rollback = save.execute({ url: `${url}/${id}`, json: { name } })
    const change = (user: User): User => (user.id === id ? { ...user, name } : user)
    mutate((all = empty) => ({ ...all, items: all.items.map(change) }), { rollback })
  }

  return (
    <>
      <input
        type="search"
        aria-label="Search"
        value={q}
        onChange={({ target }) => {
          setQ(target.value)
          setPage(1)
        }}
      />
      {failure && <p role="alert">{failure.message}</p>}
      <ul aria-busy={status === 'pending'}>
        {data?.items.map(({ id, name }) => (
          <li key={id}>
            {name}
            <button onClick={() => rename(id, prompt('Name', name) ?? name)}>Rename</button>
            <button onClick={() => void remove.execute({ url: `${url}/${id}` })}>Delete</button>
          </li>
        ))}
      </ul>
      <button disabled={page === 1} onClick={() => setPage(page - 1)}>
        Previous
      </button>
      <button disabled={page * LIMIT >= (data?.total ?? 0)} onClick={() => setPage(page + 1)}>
        Next
      </button>
      <CreateUser />
    </>
  )
}

/** A POST makes all pages of its own URL stale by itself. */
function CreateUser() {
  const { isFetching, error, execute } = useFetch(url, { method: 'POST', enabled: false })
  return (
    <form action={(form) => void execute({ json: { name: form.get('name') } })}>
      <input name="name" aria-label="Name" required />
      <button disabled={isFetching}>Create</button>
      {error && <p role="alert">{error.message}</p>}
    </form>
  )
}
