import { json } from '@tautline/core'
import { useFetch } from '@tautline/react'
import { useEffect, useState } from 'react'

const codec = json<{ readonly items: readonly { readonly id: number; readonly name: string }[] }>()

/** The text, as soon as it has not changed for a while; an empty text at once. */
function useDebounced(text: string, ms: number): string {
  const [debounced, setDebounced] = useState(text)
  if (text === '' && debounced !== '') setDebounced('')
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(text), ms)
    return () => clearTimeout(timer)
  }, [text, ms])
  return debounced
}

export function Search() {
  const [typed, setTyped] = useState('')
  const q = useDebounced(typed.trim(), 250)
  // Without a URL nothing is requested. Another text aborts the previous request.
  const { data, status, error } = useFetch(q && '/api/users', {
    codec,
    query: { q, limit: 10 },
    keepPreviousData: true, // shows the previous results until the new ones arrive
  })
  return (
    <>
      <input type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />
      <ul aria-busy={status === 'pending'}>
        {data?.items.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
      {error && <p role="alert">{error.message}</p>}
    </>
  )
}
