import './framework-headers.css'
import { createFetchCache } from '@tautline/core'
import { TautlineProvider } from '@tautline/react'
import { useState } from 'react'
import { RequestList } from '../requests/request-list.tsx'
import { createRequestLog } from '../requests/request-log.ts'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { type Framework, createBackend } from './backend.ts'
import { clientOf } from './client.ts'
import { ReactPeople } from './react-people.tsx'
import VuePeople from './VuePeople.vue'

function createPage(framework: Framework, server: string) {
  const backend = createBackend(framework, server)
  const log = createRequestLog(backend.fetch)
  const fetchDefaults = { cache: createFetchCache(), ...clientOf(framework, log.fetch) }
  const defaults = { key: 'ada', environment: { fetch: log.fetch }, fetch: fetchDefaults }
  return { id: crypto.randomUUID(), framework, backend, log, defaults }
}

/** A list and a form at a backend with the default headers of its framework. */
export function FrameworkHeaders() {
  const { url } = useServer()
  const [{ id, framework, backend, log, defaults }, setPage] = useState(() => createPage('Rails', url))
  return (
    <Stage
      title="Rails and Laravel"
      description="Both frameworks say by default that a response must be validated each time. Open the form and come back: the list is shown at once, and validated. Both refuse a write without a current CSRF token, and name invalid fields with status 422."
    >
      <div className="row">
        {(['Rails', 'Laravel'] as const).map((name) => (
          <button
            key={name}
            className="button"
            aria-pressed={name === framework}
            onClick={() => setPage(createPage(name, url))}
          >
            {name}
          </button>
        ))}
        <button className="button" onClick={backend.expireToken}>
          Expire the CSRF token
        </button>
        <button className="button" onClick={backend.breakNextWrite}>
          Fail the next save with an HTML page
        </button>
      </div>
      <TautlineProvider key={id} options={defaults}>
        <div className="pair">
          <ReactPeople />
          <Vue of={VuePeople} defaults={defaults} />
        </div>
      </TautlineProvider>
      <Panel title="Requests" detail="the newest first">
        <RequestList log={log} limit={8} />
      </Panel>
    </Stage>
  )
}
