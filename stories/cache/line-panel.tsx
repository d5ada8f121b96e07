import { useState, useSyncExternalStore } from 'react'
import { Panel } from '../ui/stage.tsx'
import type { Line, LineState } from './line.ts'

const states: readonly { readonly state: LineState; readonly name: string }[] = [
  { state: 'up', name: 'Up' },
  { state: 'failing', name: 'Server says 503' },
  { state: 'offline', name: 'Offline' },
]

/** What can be done to the document and to the line. */
export function LinePanel({ line, url }: { readonly line: Line; readonly url: string }) {
  const [version, setVersion] = useState(1)
  const troubles = useSyncExternalStore(line.subscribe, line.getSnapshot)
  const last = troubles.at(-1)
  const now = last?.to === undefined ? (last?.state ?? 'up') : 'up'
  const write = (): void => {
    line.settings({ version: version + 1 })
    setVersion(version + 1)
  }
  return (
    <Panel title="What happens" detail={`version ${version} at the server`}>
      <div className="panel-body line-panel">
        <div className="line-group">
          <h3>The line</h3>
          <div className="row" role="group" aria-label="The line">
            {states.map(({ state, name }) => (
              <button
                key={state}
                className="button"
                aria-pressed={state === now}
                onClick={() => line.set(state)}
              >
                {name}
              </button>
            ))}
          </div>
        </div>
        <div className="line-group">
          <h3>The document</h3>
          <div className="row">
            <button className="button" data-look="primary" onClick={write}>
              Write a new version at the server
            </button>
          </div>
          <p className="note">Nobody is told: it is noticed with the next request.</p>
        </div>
        <KeptGroup cache={line.cache} url={url} />
      </div>
    </Panel>
  )
}

function KeptGroup({ cache, url }: Pick<Line, 'cache'> & { readonly url: string }) {
  return (
    <div className="line-group">
      <h3>What is kept</h3>
      <div className="row">
        <button className="button" onClick={() => cache.invalidate(url)}>
          Invalidate it
        </button>
        <button className="button" onClick={() => cache.clear()}>
          Forget all answers
        </button>
      </div>
    </div>
  )
}
