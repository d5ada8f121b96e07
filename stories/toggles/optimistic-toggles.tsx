import './toggles.css'
import { TautlineProvider } from '@tautline/react'
import { useState, useSyncExternalStore } from 'react'
import { RequestList } from '../requests/request-list.tsx'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { type UsersEnvironment, createUsersEnvironment, shortTarget } from '../users/users-environment.ts'
import { ReactToggles } from './react-toggles.tsx'
import VueToggles from './VueToggles.vue'

/** Switches that show a click at once, and are saved in the background. */
export function OptimisticToggles() {
  const server = useServer()
  const [environment] = useState(() => createUsersEnvironment(server))
  const [defaults] = useState(() => ({
    environment: environment.platform,
    fetch: { cache: environment.cache },
  }))
  return (
    <Stage
      title="Optimistic toggles"
      description="Click as fast as you like: each switch changes at once, in both panels, and each click sends a request that takes 0.7 s. If the server refuses one of them, only that switch goes back."
    >
      <FailNext environment={environment} />
      <div className="pair">
        <TautlineProvider options={defaults}>
          <ReactToggles server={server.url} />
        </TautlineProvider>
        <Vue of={VueToggles} with={{ server: server.url }} defaults={defaults} />
      </div>
      <Panel title="Requests" detail="the newest first">
        <RequestList log={environment.log} limit={12} format={shortTarget} />
      </Panel>
    </Stage>
  )
}

function FailNext({ environment }: { readonly environment: UsersEnvironment }) {
  const { subscribe, getSnapshot, set } = environment.settings
  const settings = useSyncExternalStore(subscribe, getSnapshot)
  return (
    <div className="row">
      <button
        className="button"
        aria-pressed={settings.failNextSave}
        onClick={() => set({ ...settings, failNextSave: !settings.failNextSave })}
      >
        Fail the next save
      </button>
    </div>
  )
}
