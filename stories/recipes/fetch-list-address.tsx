import { cursor, json } from '@tautline/core'
import { useFetchPages } from '@tautline/react'
import { useEffect, useRef, useSyncExternalStore } from 'react'

interface Page {
  readonly items: readonly { readonly id: number; readonly name: string }[]
  readonly next: string | null
}

const options = { codec: json<Page>(), next: cursor<Page>('after', (page) => page.next) }

// Your router has both: in React Router, useSearchParams() returns the parameters and a function
// that changes them.
const subscribe = (listener: () => void) => {
  addEventListener('popstate', listener)
  return () => removeEventListener('popstate', listener)
}
function setParameter(name: string, value: string): void {
  const url = new URL(location.href)
  url.searchParams.set(name, value)
  history.pushState(null, '', url)
  dispatchEvent(new PopStateEvent('popstate')) // browsers fire it for back and forward only
}

export function Users() {
  const search = useSyncExternalStore(subscribe, () => location.search)
  const filters = new URLSearchParams(search)
  const role = filters.get('role') || undefined // undefined is left out of the request
  const sort = filters.get('sort') ?? 'name'
  const { pages, status, error, hasNext, fetchNext } = useFetchPages('/api/users', {
    ...options,
    query: { role, sort },
    keepPreviousData: true, // shows the old list until the new one arrives
  })
  const end = useEnd(() => {
    if (hasNext && status === 'success') void fetchNext() // after an error only the button loads more
  })
  return (
    <>
      <select value={role ?? ''} onChange={({ target }) => setParameter('role', target.value)}>
        <option value="">All</option>
        <option>admin</option>
        <option>editor</option>
      </select>
      <select value={sort} onChange={({ target }) => setParameter('sort', target.value)}>
        <option value="name">Name</option>
        <option value="-updatedAt">Last changed</option>
      </select>
      <ul aria-busy={status === 'pending'}>
        {pages
          .flatMap(({ items }) => items)
          .map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
      </ul>
      {error && <button onClick={() => void fetchNext()}>{error.message}: retry</button>}
      <div ref={end} />
    </>
  )
}

/** Calls the function when the element is almost visible. */
function useEnd(onEnd: () => void) {
  const ref = useRef<HTMLDivElement>(null)
  // After every render, because a new observer also reports an end that is visible already.
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => entries.at(-1)?.isIntersecting && onEnd(), // the last entry is the current one
      { rootMargin: '200px' },
    )
    if (ref.current) observer.observe(ref.current)
    return () => observer.disconnect()
  })
  return ref
}
