import '../users/users.css'
import './filters.css'
import { TautlineProvider } from '@tautline/react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { RequestList } from '../requests/request-list.tsx'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { createUsersEnvironment } from '../users/users-environment.ts'
import { address, changeAddress } from './address.ts'
import { ReactList } from './react-list.tsx'
import VueList from './VueList.vue'
import { readFilters } from './user-filters.ts'

/** A list of users whose filters and order are in the address of the page. */
export function FilteredList() {
  const server = useServer()
  const [environment] = useState(() => createUsersEnvironment(server))
  const [defaults] = useState(() => ({
    environment: environment.platform,
    fetch: { cache: environment.cache },
  }))
  // The address of the next story has no filters.
  useEffect(() => () => changeAddress({ q: '', role: '', sort: '' }, 'replace'), [])
  return (
    <Stage
      title="List with filters"
      description="The address of the page has the filters and the order, so back and forward restore them. A list that comes back has all pages that were loaded, at once and at the same scroll position. React and Vue read the same address and share the requests."
    >
      <Address />
      <div className="pair">
        <TautlineProvider options={defaults}>
          <ReactList server={server.url} />
        </TautlineProvider>
        <Vue of={VueList} with={{ server: server.url }} defaults={defaults} />
      </div>
      <Panel title="Requests" detail="the newest first">
        <RequestList log={environment.log} limit={12} format={({ target }) => shortened(target)} />
      </Panel>
    </Stage>
  )
}

/** Cursors are long. */
const shortened = (target: string): string =>
  target
    .replace(/&limit=\d+/, '')
    .replace(/(after=.{6})[^&]+/, '$1…')
    .replace(/&delay=\d+/, '')

function Address() {
  const { q, role, sort } = readFilters(useSyncExternalStore(address.subscribe, address.getSnapshot))
  const shown = Object.entries({ q, role, sort: sort === 'name' ? '' : sort }).filter(([, value]) => value)
  return (
    <div className="row">
      <button className="button" onClick={() => history.back()}>
        Back
      </button>
      <button className="button" onClick={() => history.forward()}>
        Forward
      </button>
      <code className="list-address">
        /users{shown.length > 0 && `?${new URLSearchParams(shown).toString()}`}
      </code>
    </div>
  )
}
