import { useFetch } from '@tautline/react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { peopleOptions, problemText } from './people.ts'

/** A list that says what it waits for. `failure` is known after the first attempt, `error` after the last one. */
export function ReactPeople({ api }: { readonly api: string }) {
  const { data, status, error, failure, isFetching, refetch } = useFetch(`${api}/users`, peopleOptions)
  const problem = problemText(failure ?? error, data !== undefined)
  return (
    <Panel title="React" aside={<StatusPill status={isFetching ? 'pending' : status} />}>
      {problem && (
        <div className="offline-note" role="status">
          <p>{problem}</p>
          <button className="button" disabled={isFetching} onClick={() => void refetch()}>
            Try again
          </button>
        </div>
      )}
      {!data && !problem && <p className="panel-body note">Loading …</p>}
      <ul className="offline-list" aria-label="People in React">
        {data?.items.map(({ id, name, city }) => (
          <li key={id}>
            <b>{name}</b> <span className="note">{city}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
