import { CommandButtons, type Commands, FaultButtons } from '../laboratory/fault-fieldsets.tsx'
import { useServer } from '../server/server-context.ts'
import type { StoryServer } from '../server/story-server.ts'
import { Panel } from '../ui/stage.tsx'
import { type StreamFault, atTheRequest, onTheStream } from './faults.ts'
import type { Resume } from './news.ts'

const can = ({ mocked }: StreamFault, { kind }: StoryServer): boolean => mocked || kind !== 'mock'

/** The buttons. */
export function FaultPanel(props: {
  readonly client: Commands
  readonly target: string
  readonly note: (text: string) => void
  readonly resume: Resume
  readonly setResume: (resume: Resume) => void
}) {
  const { client, target, note, resume, setResume } = props
  const { kind } = useServer()
  const given = { can, target, note }
  return (
    <Panel title="Faults">
      <div className="faults">
        <FaultButtons legend="On the open stream" faults={onTheStream} {...given} />
        <FaultButtons legend="At the next request" faults={atTheRequest} {...given} />
        <CommandButtons client={client} />
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
        {kind === 'mock' && (
          <p className="note">The dashed button needs the demo server: a page has no TCP to reset.</p>
        )}
      </div>
    </Panel>
  )
}
