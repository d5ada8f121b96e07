import { CommandButtons, type Commands, FaultButtons } from '../reconnect/fault-fieldsets.tsx'
import { useServer } from '../server/server-context.ts'
import type { StoryServer } from '../server/story-server.ts'
import { Panel } from '../ui/stage.tsx'
import { type StreamFault, requestFaults, streamFaults } from './faults.ts'
import type { Resume } from './news.ts'

const isSupported = ({ mocked }: StreamFault, { kind }: StoryServer): boolean => mocked || kind !== 'mock'

/** Buttons that break the stream, and those that open and close it. */
export function FaultPanel(props: {
  readonly client: Commands
  readonly target: string
  readonly note: (text: string) => void
  readonly resume: Resume
  readonly setResume: (resume: Resume) => void
}) {
  const { client, target, note, resume, setResume } = props
  const { kind } = useServer()
  const common = { isSupported, target, note }
  return (
    <Panel title="Faults">
      <div className="faults">
        <FaultButtons legend="On the open stream" faults={streamFaults} {...common} />
        <FaultButtons legend="At the next request" faults={requestFaults} {...common} />
        <CommandButtons client={client} />
        <fieldset>
          <legend>How the client sends the last event ID</legend>
          <div className="choice">
            {(['header', 'query'] as const).map((way) => (
              <label key={way}>
                <input type="radio" name="resume" checked={resume === way} onChange={() => setResume(way)} />
                <span>{way === 'header' ? 'Last-Event-ID' : '?lastEventId='}</span>
              </label>
            ))}
          </div>
        </fieldset>
        {kind === 'mock' && (
          <p className="note">
            The dashed button needs the demo server. The mock in the page uses no network.
          </p>
        )}
      </div>
    </Panel>
  )
}
