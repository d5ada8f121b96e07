import type { Status } from '@tautline/core'
import { useState } from 'react'
import { Rope } from '../ui/rope.tsx'

const states: readonly { readonly status: Status; readonly label: string; readonly text: string }[] = [
  {
    status: 'open',
    label: 'Connected',
    text: 'open: messages are sent and received, with at most one render per frame.',
  },
  {
    status: 'backoff',
    label: 'Connection lost',
    text: 'backoff: the messages that you send wait in the outbox, in order.',
  },
  {
    status: 'connecting',
    label: 'Reconnecting',
    text: 'connecting: one attempt, with a fresh token and a time limit.',
  },
]

/** The title of the introduction, with a drawing of a connection. */
export function Hero() {
  const [status, setStatus] = useState<Status>('open')
  return (
    <div className="sb-unstyled hero">
      <p className="hero-title">
        React and Vue hooks for <em>live</em> connections.
      </p>
      <Rope status={status} from="your page" to="your server" />
      <div className="row hero-states">
        {states.map((state) => (
          <button
            key={state.status}
            className="button"
            aria-pressed={state.status === status}
            onClick={() => setStatus(state.status)}
          >
            {state.label}
          </button>
        ))}
        <span className="note" aria-live="polite">
          {states.find((state) => state.status === status)?.text}
        </span>
      </div>
    </div>
  )
}
