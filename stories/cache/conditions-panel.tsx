import { type ReactNode, useState, useSyncExternalStore } from 'react'
import { Panel } from '../ui/stage.tsx'
import type { CacheEnvironment, NetworkState } from './cache-environment.ts'

const states: readonly { readonly state: NetworkState; readonly name: string }[] = [
  { state: 'online', name: 'Online' },
  { state: 'failing', name: 'Respond with 503' },
  { state: 'offline', name: 'Offline' },
]

/** Buttons that change the network, the document at the server, and the cache. */
export function ConditionsPanel(props: { readonly environment: CacheEnvironment; readonly url: string }) {
  const { environment, url } = props
  const { cache } = environment
  const [version, setVersion] = useState(1)
  const write = (): void => {
    environment.changeServer({ version: version + 1 })
    setVersion(version + 1)
  }
  return (
    <Panel title="Network, document and cache" detail={`version ${version} at the server`}>
      <div className="panel-body conditions-panel">
        <Group name="Network">
          <NetworkButtons environment={environment} />
        </Group>
        <Group name="Document" note="The cards show the new version after the next request.">
          <button className="button" data-look="primary" onClick={write}>
            Write a new version at the server
          </button>
        </Group>
        <Group name="Cache">
          <button className="button" onClick={() => cache.invalidate(url)}>
            Invalidate the response
          </button>
          <button className="button" onClick={() => cache.clear()}>
            Clear the cache
          </button>
        </Group>
      </div>
    </Panel>
  )
}

function Group(props: { readonly name: string; readonly note?: string; readonly children: ReactNode }) {
  const { name, note, children } = props
  return (
    <div className="conditions-group">
      <h3>{name}</h3>
      <div className="row" role="group" aria-label={name}>
        {children}
      </div>
      {note !== undefined && <p className="note">{note}</p>}
    </div>
  )
}

function NetworkButtons({ environment }: { readonly environment: CacheEnvironment }) {
  const { outages } = environment
  const last = useSyncExternalStore(outages.subscribe, outages.getSnapshot).at(-1)
  const current = last?.to === undefined ? (last?.state ?? 'online') : 'online'
  return states.map(({ state, name }) => (
    <button
      key={state}
      className="button"
      aria-pressed={state === current}
      onClick={() => environment.changeNetwork(state)}
    >
      {name}
    </button>
  ))
}
