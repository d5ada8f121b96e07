import type { Status } from '@tautline/core'
import { useState } from 'react'
import { Rope } from '../ui/rope.tsx'

const steps: readonly { readonly status: Status; readonly label: string; readonly text: string }[] = [
  { status: 'open', label: 'All is well', text: 'open: messages go both ways, one render a frame.' },
  { status: 'backoff', label: 'A tunnel', text: 'backoff: what you send waits, in order, within bounds.' },
  {
    status: 'connecting',
    label: 'The far end',
    text: 'connecting: one attempt, with a fresh token and a deadline.',
  },
]

/** What it is about, in one picture. */
export function Hero() {
  const [status, setStatus] = useState<Status>('open')
  return (
    <div className="sb-unstyled hero">
      <p className="hero-title">
        Hooks that keep a page and its server <em>talking</em>.
      </p>
      <Rope status={status} from="your page" to="your server" />
      <div className="row hero-steps">
        {steps.map((step) => (
          <button
            key={step.status}
            className="button"
            aria-pressed={step.status === status}
            onClick={() => setStatus(step.status)}
          >
            {step.label}
          </button>
        ))}
        <span className="note" aria-live="polite">
          {steps.find((step) => step.status === status)?.text}
        </span>
      </div>
    </div>
  )
}
