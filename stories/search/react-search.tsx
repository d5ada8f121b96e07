import { useFetch } from '@tautline/react'
import { useEffect, useState } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { PAUSE_MS, resultText, searchOptions, searchText } from './search.ts'

/** The text, as soon as it has not changed for a while; an empty text at once. */
function useDebounced(value: string, ms: number): string {
  const [debounced, setDebounced] = useState(value)
  if (value === '' && debounced !== '') setDebounced('')
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return debounced
}

export function ReactSearch({ server }: { readonly server: string }) {
  const [typed, setTyped] = useState('')
  const text = searchText(typed)
  const q = useDebounced(text, PAUSE_MS)
  // Without a URL nothing is requested, and the results disappear.
  const { data, status, error } = useFetch(q && `${server}/users`, searchOptions(q))
  return (
    <Panel title="React" detail="useFetch" aside={<StatusPill status={status} />} className="search">
      <input
        className="field"
        type="search"
        aria-label="Search in React"
        placeholder="Name, email or city"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <p className="note" role="status">
        {error ? error.message : resultText(q, data)}
      </p>
      <ul
        className="search-results"
        aria-label="Results in React"
        aria-busy={status === 'pending' || q !== text}
      >
        {data?.items.map(({ id, name, email, city }) => (
          <li key={id}>
            <b>{name}</b>
            <span className="note">{email}</span>
            <span className="note">{city}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
