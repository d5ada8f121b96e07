import { useServer } from '../server/server-context.ts'
import type { StoryServer } from '../server/story-server.ts'

/** Something that a server can do to a connection. */
export interface Fault {
  readonly label: string
  readonly hint: string
  readonly commit: (server: StoryServer, match: string) => Promise<unknown>
}

/** A button for each fault; `can`: whether this server knows it. */
export function FaultButtons<Own extends Fault>(props: {
  readonly legend: string
  readonly faults: readonly Own[]
  readonly can: (fault: Own, server: StoryServer) => boolean
  readonly target: string
  readonly note: (text: string) => void
}) {
  const { legend, faults, can, target, note } = props
  const server = useServer()
  const commit = ({ label, commit }: Fault): void => {
    note(label)
    void commit(server, target)
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
            disabled={!can(fault, server)}
            onClick={() => commit(fault)}
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

/** What the page can do by itself. */
export function CommandButtons({ client }: { readonly client: Commands }) {
  return (
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
  )
}
