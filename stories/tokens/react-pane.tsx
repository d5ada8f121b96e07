import { useEventSource } from '@tautline/react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import {
  type Completion,
  bodyOf,
  codec,
  figuresOf,
  emptyCompletion,
  until,
  statusText,
  reduceCompletion,
} from './completion.ts'

export interface PaneProps {
  readonly url: string
  /** Returns a sentence on how the server ended a completion. */
  readonly findOutcome: (id: string) => Promise<string>
  readonly onSend: () => void
}

export function ReactPane({ url, findOutcome, onSend }: PaneProps) {
  const [prompt, setPrompt] = useState('')
  const [sentAt, setSentAt] = useState(0)
  const [outcome, setOutcome] = useState('')
  const {
    data: completion,
    status,
    closed,
    error,
    close,
    reconnect,
  } = useEventSource(prompt && url, {
    method: 'POST',
    body: bodyOf(prompt),
    codec,
    reduce: reduceCompletion,
    initialData: emptyCompletion,
    until,
  })

  function send(text: string): void {
    onSend()
    setOutcome('')
    setSentAt(performance.now())
    // Another body starts another request. The same body needs reconnect().
    if (text === prompt) reconnect()
    else setPrompt(text)
  }
  async function stop(): Promise<void> {
    close()
    if (completion.id !== undefined) setOutcome(await findOutcome(completion.id))
  }
  return (
    <Panel
      title="React"
      detail="useEventSource"
      aside={<StatusPill status={status} by={closed?.by} />}
      className="pane"
    >
      <CompletionText completion={completion} busy={status === 'open'} />
      <p className="pane-status note" role="status">
        {statusText(status, closed, error)} {outcome}
      </p>
      <CompletionFigures completion={completion} sentAt={sentAt} />
      <Composer send={send} stop={stop} busy={status !== 'idle' && status !== 'closed'} />
    </Panel>
  )
}

function CompletionText({
  completion: { text },
  busy,
}: {
  readonly completion: Completion
  readonly busy: boolean
}) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight })
  }, [text])
  return (
    <div className="answer" ref={box} role="log" aria-label="Answer in React" aria-busy={busy} tabIndex={0}>
      {text}
    </div>
  )
}

function CompletionFigures({
  completion,
  sentAt,
}: {
  readonly completion: Completion
  readonly sentAt: number
}) {
  const { wait, speed } = figuresOf(completion, sentAt)
  return (
    <Figures>
      <Figure name="First token" value={wait} unit="ms" />
      <Figure name="Speed" value={speed} unit="tokens/s" />
      <Figure name="Tokens" value={completion.tokens} />
    </Figures>
  )
}

function Composer(props: {
  readonly send: (text: string) => void
  readonly stop: () => Promise<void>
  readonly busy: boolean
}) {
  const { send, stop, busy } = props
  const [draft, setDraft] = useState('Tell me about knots')
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (draft.trim() !== '' && !busy) send(draft.trim())
  }
  return (
    <form className="pane-form" onSubmit={submit}>
      <input
        className="field"
        aria-label="Question from React"
        placeholder="Write a question"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      <button className="button" data-look="primary" disabled={busy}>
        Send
      </button>
      <button
        className="button"
        data-look="danger"
        type="button"
        disabled={!busy}
        onClick={() => void stop()}
      >
        Stop
      </button>
    </form>
  )
}
