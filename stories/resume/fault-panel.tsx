import { useServer } from '../server/server-context.ts'
import { Panel } from '../ui/stage.tsx'
import { type StreamFault, atTheRequest, onTheStream } from './faults.ts'
import type { Resume } from './news.ts'

interface Commands {
  open(): void
  close(): void
  reconnect(): void
}

/** The buttons. */
export function FaultPanel(props: {
  readonly client: Commands
  readonly target: string
  readonly note: (text: string) => void
  readonly resume: Resume
  readonly setResume: (resume: Resume) => void
}) {
  const { client, target, note, resume, setResume } = props
  const server = useServer()
  const commit = ({ label, commit }: StreamFault): void => {
    note(label)
    void commit(server, target)
  }
  return (
    <Panel title="Faults">
      <div className="faults">
        <Buttons legend="On the open stream" faults={onTheStream} commit={commit} />
        <Buttons legend="At the next request" faults={atTheRequest} commit={commit} />
        <fieldset>
          <legend>What the page can do</legend>
          <div className="row">
            <button className="button" data-look="primary" onClick={() => client.reconnect()}>
              reconnect()
            </button>
            <button className="button" onClick={() => client.close()}>
              close()
            </button>
            <button className="button" onClick={() => client.open()}>
              open()
            </button>
          </div>
        </fieldset>
        <fieldset>
          <legend>How it says where to go on</legend>
          <div className="choice">
            {(['header', 'query'] as const).map((way) => (
              <label key={way}>
                <input type="radio" name="resume" checked={resume === way} onChange={() => setResume(way)} />
                <span>{way === 'header' ? 'Last-Event-ID' : '?lastEventId='}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {server.kind === 'mock' && (
          <p className="note">The dashed button needs the demo server: a page has no TCP to reset.</p>
        )}
      </div>
    </Panel>
  )
}

function Buttons(props: {
  readonly legend: string
  readonly faults: readonly StreamFault[]
  readonly commit: (fault: StreamFault) => void
}) {
  const { kind } = useServer()
  return (
    <fieldset>
      <legend>{props.legend}</legend>
      <div className="fault-grid">
        {props.faults.map((fault) => (
          <button
            key={fault.label}
            className="button"
            title={fault.hint}
            disabled={kind === 'mock' && !fault.mocked}
            onClick={() => props.commit(fault)}
          >
            {fault.label}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
