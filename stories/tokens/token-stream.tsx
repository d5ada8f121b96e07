import './tokens.css'
import { useCallback, useRef, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { addFault } from '../server/story-server.ts'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { askServer } from './answer.ts'
import { ReactPane } from './react-pane.tsx'
import VuePane from './VuePane.vue'

/** What can be done to the next question. */
const faults = [
  { name: '503, Retry-After: 1', rule: { fault: 'refuse', status: 503, retryAfter: 1 } },
  { name: '500', rule: { fault: 'refuse', status: 500 } },
  { name: 'Break off after 12 tokens', rule: { fault: 'cut', afterEvents: 13, bytes: 20 } },
  { name: 'JSON instead of a stream', rule: { fault: 'wrong-type' } },
]

/** The answer of a language model, token by token, over a POST. */
export function TokenStream() {
  const server = useServer()
  const [target] = useState(
    () => `/v1/chat/completions?rate=60&tokens=140&page=${crypto.randomUUID().slice(0, 8)}`,
  )
  const [armed, setArmed] = useState<string>()
  const disarm = useRef<() => Promise<unknown>>(undefined)
  const ask = useCallback((id: string) => askServer(server, id), [server])
  const sent = useCallback(() => setArmed(undefined), [])

  async function arm(name: string, rule: object): Promise<void> {
    await disarm.current?.()
    disarm.current = undefined
    setArmed(name === armed ? undefined : name)
    if (name !== armed) disarm.current = await addFault(server, { ...rule, match: target })
  }
  return (
    <Stage
      title="Token stream"
      lead="A language model answers over POST, in the wire format of OpenAI. Both panes fold the tokens into text and render at most once a frame. Stop aborts the request, and the server's own count shows that it stops too."
    >
      <div className="row token-faults" role="group" aria-label="What the next question meets">
        <span className="note">The next question meets</span>
        {faults.map(({ name, rule }) => (
          <button
            key={name}
            className="button"
            aria-pressed={armed === name}
            onClick={() => void arm(name, rule)}
          >
            {name}
          </button>
        ))}
      </div>
      <div className="pair">
        <ReactPane url={`${server.url}${target}&pane=react`} ask={ask} sent={sent} />
        <Vue of={VuePane} with={{ url: `${server.url}${target}&pane=vue`, ask, sent }} />
      </div>
    </Stage>
  )
}
