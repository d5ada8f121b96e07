import './offline-start.css'
import { createFetchCache } from '@tautline/core'
import { TautlineProvider } from '@tautline/react'
import { useState } from 'react'
import { NetworkButton } from '../requests/network-button.tsx'
import { createNetworkSwitch } from '../requests/network-switch.ts'
import { RequestList } from '../requests/request-list.tsx'
import { createRequestLog } from '../requests/request-log.ts'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { ReactPeople } from './react-people.tsx'
import VuePeople from './VuePeople.vue'

/** The origin that the hooks know. Not that of the server, which is on this machine and would count as reachable while offline. */
const API = 'https://people.example'

function createPage(server: string) {
  const network = createNetworkSwitch(false)
  const log = createRequestLog(network.fetch((input, init) => fetch(input.replace(API, server), init)))
  const environment = { fetch: log.fetch, onPageEvent: network.onPageEvent }
  return { network, log, defaults: { environment, fetch: { cache: createFetchCache() } } }
}

/** A page that is opened while there is no network. */
export function OfflineStart() {
  const { url } = useServer()
  const [page, setPage] = useState(() => createPage(url))
  const [visit, setVisit] = useState(1)
  const { network, log, defaults } = page
  const open = (): void => {
    setPage(createPage(url))
    setVisit(visit + 1)
  }
  return (
    <Stage
      title="A page that starts offline"
      description="The page is opened without a network. The first request is sent all the same, since browsers say wrongly that they are offline. Its failure is shown at once, while it is retried. When the network is back, the list appears by itself."
    >
      <div className="row">
        <NetworkButton network={network} />
        <button className="button" onClick={open}>
          Open the page again, offline
        </button>
      </div>
      <TautlineProvider key={visit} options={defaults}>
        <div className="pair">
          <ReactPeople api={API} />
          <Vue of={VuePeople} with={{ api: API }} defaults={defaults} />
        </div>
      </TautlineProvider>
      <Panel title="Requests" detail="the newest first">
        <RequestList log={log} limit={8} />
      </Panel>
    </Stage>
  )
}
