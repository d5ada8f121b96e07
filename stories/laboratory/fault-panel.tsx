import { useId, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Panel } from '../ui/stage.tsx'
import { type FaultButton, closeCodes, handshakeFaults, lineFaults } from './faults.ts'

interface Commands {
  open(): void
  close(code?: number, reason?: string): void
  reconnect(): void
}

/** The buttons. */
export function FaultPanel(props: {
  readonly client: Commands
  readonly target: string
  readonly note: (text: string) => void
}) {
  const { client, target, note } = props
  const server = useServer()
  const commit = async ({ label, commit }: FaultButton): Promise<void> => {
    note(label)
    await commit(server, target)
  }
  const close = async (code: number): Promise<void> => {
    note(`Close ${code}`)
    await server.control('POST', 'close', { match: target, code })
  }
  return (
    <Panel title="Faults">
      <div className="faults">
        <Buttons legend="At the next handshake" faults={handshakeFaults} commit={commit} />
        <Buttons legend="On the open line" faults={lineFaults} commit={commit} />
        <CloseWithCode close={close} />
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
        {server.kind === 'mock' && (
          <p className="note">
            Dashed buttons need the demo server: a mock in the page has no network to break.
          </p>
        )}
      </div>
    </Panel>
  )
}

function Buttons(props: {
  readonly legend: string
  readonly faults: readonly FaultButton[]
  readonly commit: (fault: FaultButton) => Promise<void>
}) {
  const server = useServer()
  return (
    <fieldset>
      <legend>{props.legend}</legend>
      <div className="fault-grid">
        {props.faults.map((fault) => (
          <button
            key={fault.name}
            className="button"
            title={fault.hint}
            disabled={!server.faults.has(fault.name)}
            onClick={() => void props.commit(fault)}
          >
            {fault.label}
          </button>
        ))}
      </div>
    </fieldset>
  )
}

function CloseWithCode({ close }: { readonly close: (code: number) => Promise<void> }) {
  const [code, setCode] = useState(1011)
  const id = useId()
  return (
    <fieldset>
      <legend>
        <label htmlFor={id}>Close frame from the server</label>
      </legend>
      <div className="close-row">
        <select
          id={id}
          className="field"
          value={code}
          onChange={(event) => setCode(Number(event.target.value))}
        >
          {closeCodes.map(({ code, outcome }) => (
            <option key={code} value={code}>
              {code} {outcome}
            </option>
          ))}
        </select>
        <button className="button" onClick={() => void close(code)}>
          Close
        </button>
      </div>
    </fieldset>
  )
}
