import { Panel } from '../ui/stage.tsx'
import { type NetworkFault, faultGroups } from './faults.ts'
import type { StreamName } from './transports.ts'
import type { ActiveFaults } from './use-laboratory.ts'

interface FaultPanelProps {
  readonly stream: StreamName
  readonly active: ActiveFaults
  readonly isPublishing: boolean
  readonly setIsPublishing: (isPublishing: boolean) => void
  readonly press: (fault: NetworkFault) => Promise<void>
  readonly heal: () => Promise<void>
  readonly startAgain: () => Promise<void>
}

/** Buttons for what is blocked. */
export function FaultPanel({ stream, active, press, ...commands }: FaultPanelProps) {
  return (
    <Panel title="Network">
      <div className="network-faults">
        {faultGroups(stream).map(([legend, faults]) => (
          <fieldset key={legend}>
            <legend>{legend}</legend>
            <div className="row">
              {faults.map((fault) => (
                <button
                  key={fault.label}
                  className="button"
                  data-look="fault"
                  title={fault.hint}
                  aria-pressed={fault.kind && active.get(fault.part)?.label === fault.label}
                  onClick={() => void press(fault)}
                >
                  {fault.label}
                </button>
              ))}
            </div>
          </fieldset>
        ))}
        <Commands {...commands} />
      </div>
    </Panel>
  )
}

type CommandProps = Pick<FaultPanelProps, 'isPublishing' | 'setIsPublishing' | 'heal' | 'startAgain'>

function Commands({ isPublishing, setIsPublishing, heal, startAgain }: CommandProps) {
  return (
    <div className="row network-commands">
      <button className="button" data-look="primary" onClick={() => void heal()}>
        Repair everything
      </button>
      <button className="button" onClick={() => void startAgain()}>
        Start again with these faults
      </button>
      <label className="checkbox-label">
        <input
          type="checkbox"
          checked={isPublishing}
          onChange={({ target }) => setIsPublishing(target.checked)}
        />
        Publish messages
      </label>
    </div>
  )
}
