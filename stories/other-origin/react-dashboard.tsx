import { useFetch } from '@tautline/react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { viewOptions, views } from './views.ts'

/** Five components, each with a request of its own. The provider has the API and the token. */
export function ReactDashboard() {
  return (
    <Panel title="React" detail="five hooks">
      <ul className="views" aria-label="Views in React">
        {views.map((view) => (
          <View key={view} view={view} />
        ))}
      </ul>
    </Panel>
  )
}

function View({ view }: { readonly view: string }) {
  const { data, status, error, isFetching } = useFetch('/account', viewOptions(view))
  return (
    <li>
      <span>{view}</span>
      <strong>{data?.subject}</strong>
      <StatusPill status={isFetching ? 'pending' : status} />
      {error && <p className="note">{error.message}</p>}
    </li>
  )
}
