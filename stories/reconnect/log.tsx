import { Panel } from '../ui/stage.tsx'
import type { Recording } from './recorder.ts'

/** The timeline as text. */
export function Log({ recording }: { readonly recording: Recording }) {
  return (
    <Panel title="Log" detail="newest first">
      <ol className="log" tabIndex={0} aria-label="Log of the connection">
        {recording.marks.toReversed().map(({ id, at, kind, status, text }) => (
          <li key={id} data-kind={kind} data-status={status}>
            <time>{at.toFixed(2)} s</time>
            <i />
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
