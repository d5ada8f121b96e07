import { useId, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import type { StoryServer } from '../server/story-server.ts'
import { Panel } from '../ui/stage.tsx'
import { CommandButtons, type Commands, FaultButtons } from './fault-fieldsets.tsx'
import { type FaultButton, closeCodes, handshakeFaults, connectionFaults } from './faults.ts'

const isSupported = ({ name }: FaultButton, { faults }: StoryServer): boolean => faults.has(name)

/** Buttons that break the connection, and those that open and close it. */
export function FaultPanel(props: {
  readonly client: Commands
  readonly target: string
  readonly note: (text: string) => void
}) {
  const { client, target, note } = props
  const server = useServer()
  const close = async (code: number): Promise<void> => {
    note(`Close ${code}`)
    await server.control('POST', 'close', { match: target, code })
  }
  const common = { isSupported, target, note }
  return (
    <Panel title="Faults">
      <div className="faults">
        <FaultButtons legend="At the next handshake" faults={handshakeFaults} {...common} />
        <FaultButtons legend="On the open connection" faults={connectionFaults} {...common} />
        <CloseWithCode close={close} />
        <CommandButtons client={client} />
        {server.kind === 'mock' && (
          <p className="note">Dashed buttons need the demo server. The mock in the page uses no network.</p>
        )}
      </div>
    </Panel>
  )
}

function CloseWithCode({ close }: { readonly close: (code: number) => Promise<void> }) {
  const [code, setCode] = useState(1011)
  const id = useId()
  return (
    <fieldset>
      <legend>
        <label htmlFor={id}>Close code sent by the server</label>
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
