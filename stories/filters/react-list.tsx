import { useFetchPages } from '@tautline/react'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { address } from './address.ts'
import {
  type Filters,
  type UserPage,
  countText,
  keyOf,
  listOptions,
  readFilters,
  roleChoices,
  sortChoices,
  writeFilters,
} from './user-filters.ts'

export function ReactList({ server }: { readonly server: string }) {
  const filters = readFilters(useSyncExternalStore(address.subscribe, address.getSnapshot))
  const { pages, status, error, hasNext, isFetchingNext, fetchNext } = useFetchPages(
    `${server}/users`,
    listOptions(filters),
  )
  const loadNext = (): void => void fetchNext()
  // After an error only the button loads more.
  const onEnd = (): void => {
    if (hasNext && status === 'success') loadNext()
  }
  return (
    <Panel title="React" detail="useFetchPages" aside={<StatusPill status={status} />}>
      <FilterForm filters={filters} />
      <Rows pages={pages} isOld={status === 'pending'} listKey={keyOf(filters)} onEnd={onEnd} />
      <div className="list-foot">
        <span className="note" role="status">
          {error ? error.message : pages.length > 0 && countText(pages)}
        </span>
        <button className="button" disabled={isFetchingNext || (!hasNext && !error)} onClick={loadNext}>
          {isFetchingNext ? 'Loading …' : error ? 'Try again' : 'Load more'}
        </button>
      </div>
    </Panel>
  )
}

function FilterForm({ filters }: { readonly filters: Filters }) {
  return (
    <div className="list-filters">
      <input
        className="field"
        type="search"
        aria-label="Search in React"
        placeholder="Name, email or city"
        value={filters.q}
        onChange={(event) => writeFilters({ q: event.target.value })}
      />
      <Choice
        label="Role in React"
        value={filters.role}
        choices={roleChoices}
        choose={(role) => writeFilters({ role })}
      />
      <Choice
        label="Order in React"
        value={filters.sort}
        choices={sortChoices}
        choose={(sort) => writeFilters({ sort })}
      />
    </div>
  )
}

function Choice(props: {
  readonly label: string
  readonly value: string
  readonly choices: readonly (readonly string[])[]
  readonly choose: (value: string) => void
}): ReactNode {
  const { label, value, choices, choose } = props
  return (
    <select
      className="field"
      aria-label={label}
      value={value}
      onChange={(event) => choose(event.target.value)}
    >
      {choices.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  )
}

/** The rows in a box that scrolls. It has the same scroll position again when a list comes back. */
function Rows(props: {
  readonly pages: readonly UserPage[]
  /** The rows of the list before are still shown. */
  readonly isOld: boolean
  readonly listKey: string
  readonly onEnd: () => void
}) {
  const { pages, isOld, listKey, onEnd } = props
  const box = useRef<HTMLUListElement>(null)
  const end = useRef<HTMLLIElement>(null)
  const positions = useRef(new Map<string, number>())
  useLayoutEffect(() => {
    if (box.current && !isOld) box.current.scrollTop = positions.current.get(listKey) ?? 0
  }, [listKey, isOld])
  // Without dependencies: an observer reports once at its start, so a page that does not fill the box loads the next one.
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting && onEnd(), {
      root: box.current,
      rootMargin: '120px',
    })
    if (end.current) observer.observe(end.current)
    return () => observer.disconnect()
  })
  return (
    <ul
      ref={box}
      className="list-rows"
      aria-label="Users in React"
      aria-busy={isOld}
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        if (!isOld) positions.current.set(listKey, currentTarget.scrollTop)
      }}
    >
      {pages
        .flatMap(({ items }) => items)
        .map(({ id, name, city, role }) => (
          <li key={id}>
            <b>{name}</b>
            <span className="note">{city}</span>
            <span className="role" data-role={role}>
              {role}
            </span>
          </li>
        ))}
      <li ref={end} className="list-end" aria-hidden="true" />
    </ul>
  )
}
