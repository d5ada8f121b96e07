import { useServer } from '../server/server-context.ts'
import type { StoryServer } from '../server/story-server.ts'

/** A way in which a server can break a connection. */
export interface Fault {
  readonly label: string
  readonly hint: string
  readonly cause: (server: StoryServer, match: string) => Promise<unknown>
}

/** A button for each fault. `isSupported` says whether this server can cause it. */
export function FaultButtons<Own extends Fault>(props: {
  readonly legend: string
  readonly faults: readonly Own[]
  readonly isSupported: (fault: Own, server: StoryServer) => boolean
  readonly target: string
  readonly note: (text: string) => void
}) {
  const { legend, faults, isSupported, target, note } = props
  const server = useServer()
  const onClick = ({ label, cause }: Fault): void => {
    note(label)
    void cause(server, target)
  }
  return (
    <fieldset>
      <legend>{legend}</legend>
      <div className="fault-grid">
        {faults.map((fault) => (
          <button
            key={fault.label}
            className="button"
            title={fault.hint}
            disabled={!isSupported(fault, server)}
            onClick={() => onClick(fault)}
          >
            {fault.label}
          </button>
        ))}
      </div>
    </fieldset>
  )
}

export interface Commands {
  open(): void
  close(): void
  reconnect(): void
}

/** Buttons for the commands of the client. */
export function CommandButtons({ client }: { readonly client: Commands }) {
  return (
    <fieldset>
      <legend>Commands of the client</legend>
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
  )
}
