import { useEventSource } from '@tautline/react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { type Answer, bodyOf, codec, metersOf, noAnswer, until, verdict, writeDown } from './answer.ts'

export interface PaneProps {
  readonly url: string
  /** What the server says of an answer. */
  readonly ask: (id: string) => Promise<string>
  readonly sent: () => void
}

export function ReactPane({ url, ask, sent }: PaneProps) {
  const [prompt, setPrompt] = useState('')
  const [asked, setAsked] = useState(0)
  const [noticed, setNoticed] = useState('')
  const {
    data: answer,
    status,
    closed,
    error,
    close,
    reconnect,
  } = useEventSource(prompt && url, {
    method: 'POST',
    body: bodyOf(prompt),
    codec,
    reduce: writeDown,
    initialData: noAnswer,
    until,
  })

  function send(text: string): void {
    sent()
    setNoticed('')
    setAsked(performance.now())
    // Another body is another destination; the same one has to be asked for again.
    if (text === prompt) reconnect()
    else setPrompt(text)
  }
  async function stop(): Promise<void> {
    close()
    if (answer.id !== undefined) setNoticed(await ask(answer.id))
  }
  return (
    <Panel
      title="React"
      detail="useEventSource"
      aside={<StatusPill status={status} by={closed?.by} />}
      className="pane"
    >
      <AnswerText answer={answer} busy={status === 'open'} />
      <p className="pane-verdict note" role="status">
        {verdict(status, closed, error)} {noticed}
      </p>
      <Meters answer={answer} asked={asked} />
      <Composer send={send} stop={stop} busy={status !== 'idle' && status !== 'closed'} />
    </Panel>
  )
}

function AnswerText({ answer: { text }, busy }: { readonly answer: Answer; readonly busy: boolean }) {
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

function Meters({ answer, asked }: { readonly answer: Answer; readonly asked: number }) {
  const { wait, speed } = metersOf(answer, asked)
  return (
    <Figures>
      <Figure name="First token" value={wait} unit="ms" />
      <Figure name="Speed" value={speed} unit="tokens/s" />
      <Figure name="Tokens" value={answer.tokens} />
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
        placeholder="Ask something"
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
