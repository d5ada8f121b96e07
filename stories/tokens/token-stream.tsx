import './tokens.css'
import { useCallback, useRef, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { addFault } from '../server/story-server.ts'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { fetchOutcome } from './completion.ts'
import { ReactPane } from './react-pane.tsx'
import VuePane from './VuePane.vue'

/** Faults for the next request. */
const faults = [
  { name: '503, Retry-After: 1', rule: { fault: 'refuse', status: 503, retryAfter: 1 } },
  { name: '500', rule: { fault: 'refuse', status: 500 } },
  { name: 'Cut after 12 tokens', rule: { fault: 'cut', afterEvents: 13, bytes: 20 } },
  { name: 'JSON instead of a stream', rule: { fault: 'wrong-type' } },
]

/** Streams the answer of a language model over POST. */
export function TokenStream() {
  const server = useServer()
  const [target] = useState(
    () => `/v1/chat/completions?rate=60&tokens=140&page=${crypto.randomUUID().slice(0, 8)}`,
  )
  const [armed, setArmed] = useState<string>()
  const disarm = useRef<() => Promise<unknown>>(undefined)
  const findOutcome = useCallback((id: string) => fetchOutcome(server, id), [server])
  const onSend = useCallback(() => setArmed(undefined), [])

  async function arm(name: string, rule: object): Promise<void> {
    await disarm.current?.()
    disarm.current = undefined
    setArmed(name === armed ? undefined : name)
    if (name !== armed) disarm.current = await addFault(server, { ...rule, match: target })
  }
  return (
    <Stage
      title="Token stream"
      description="A language model streams its answer over POST, in the format of OpenAI. Both panels append the tokens to the text, and render at most once per frame. Stop aborts the request, and the server then stops too."
    >
      <div className="row token-faults" role="group" aria-label="Fault for the next request">
        <span className="note">Fault for the next request:</span>
        {faults.map(({ name, rule }) => (
          <button
            key={name}
            className="button"
            data-look="fault"
            aria-pressed={armed === name}
            onClick={() => void arm(name, rule)}
          >
            {name}
          </button>
        ))}
      </div>
      <div className="pair">
        <ReactPane url={`${server.url}${target}&pane=react`} findOutcome={findOutcome} onSend={onSend} />
        <Vue of={VuePane} with={{ url: `${server.url}${target}&pane=vue`, findOutcome, onSend }} />
      </div>
    </Stage>
  )
}
