import './search.css'
import { TautlineProvider } from '@tautline/react'
import { useState } from 'react'
import { RequestList } from '../requests/request-list.tsx'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { ReactSearch } from './react-search.tsx'
import { createSearchEnvironment } from './search-environment.ts'
import VueSearch from './VueSearch.vue'

/** A search field that sends a request when its user pauses. */
export function SearchAsYouType() {
  const server = useServer()
  const [environment] = useState(createSearchEnvironment)
  const [defaults] = useState(() => ({
    environment: environment.platform,
    fetch: { cache: environment.cache },
  }))
  return (
    <Stage
      title="Search as you type"
      description="A pause of 250 ms sends a request, and aborts the previous one. Here short texts take longer: the response to “a” would arrive after that to “ada”, but the newest text always wins. The previous results stay until the new ones arrive. An empty field requests nothing."
    >
      <div className="pair">
        <TautlineProvider options={defaults}>
          <ReactSearch server={server.url} />
        </TautlineProvider>
        <Vue of={VueSearch} with={{ server: server.url }} defaults={defaults} />
      </div>
      <Panel title="Requests" detail="the newest first">
        <RequestList
          log={environment.log}
          limit={12}
          format={({ target }) => target.replace(/&limit=.*$/, '')}
        />
      </Panel>
    </Stage>
  )
}
