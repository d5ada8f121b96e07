import './users.css'
import { TautlineProvider } from '@tautline/react'
import { useState, useSyncExternalStore } from 'react'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { RequestList } from '../requests/request-list.tsx'
import { createPictures } from './picture.ts'
import { ReactUsers } from './react-users.tsx'
import { type UsersEnvironment, createUsersEnvironment, shortTarget } from './users-environment.ts'
import VueUsers from './VueUsers.vue'

/** A list of users, shown by React and by Vue from one cache. */
export function UsersAdmin() {
  const server = useServer()
  const [environment] = useState(() => createUsersEnvironment(server))
  const [pictures] = useState(createPictures)
  const [defaults] = useState(() => ({
    environment: environment.platform,
    fetch: { cache: environment.cache },
  }))
  const panelProps = { server: server.url, pictures }
  return (
    <Stage
      title="Users"
      description="Search as you type: each key sends a request, and only the newest response is shown. A save appears at once in both panels, and is undone if the server refuses it. A page that you visited before appears at once from the cache."
    >
      <Tools environment={environment} />
      <div className="pair">
        <TautlineProvider options={defaults}>
          <ReactUsers {...panelProps} />
        </TautlineProvider>
        <Vue of={VueUsers} with={panelProps} defaults={defaults} />
      </div>
      <Panel title="Requests" detail="the newest first">
        <RequestList log={environment.log} limit={10} format={shortTarget} />
      </Panel>
    </Stage>
  )
}

function Tools({ environment }: { readonly environment: UsersEnvironment }) {
  const server = useServer()
  const { subscribe, getSnapshot, set } = environment.settings
  const settings = useSyncExternalStore(subscribe, getSnapshot)
  const reset = async (): Promise<void> => {
    await server.control('POST', 'users/reset')
    environment.cache.invalidate(`${server.url}/users`)
  }
  return (
    <div className="row">
      <button
        className="button"
        aria-pressed={settings.failNextSave}
        onClick={() => set({ ...settings, failNextSave: !settings.failNextSave })}
      >
        Fail the next save
      </button>
      <button
        className="button"
        aria-pressed={settings.randomDelays}
        onClick={() => set({ ...settings, randomDelays: !settings.randomDelays })}
      >
        Random response delays
      </button>
      <button className="button" onClick={() => void reset()}>
        Restore the 200 users
      </button>
    </div>
  )
}
