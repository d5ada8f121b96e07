import { useWebSocket } from '@tautline/react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import {
  codec,
  reduceConversation,
  emptyConversation,
  pendingAfterMessage,
  pendingAfterSend,
} from './conversation.ts'
import { demoRetry } from '../server/demo-retry.ts'

export function ReactChat({ url, me }: { readonly url: string; readonly me: string }) {
  const [pending, setPending] = useState<readonly string[]>([])
  const { data, status, send } = useWebSocket(url, {
    codec,
    retry: demoRetry,
    reduce: reduceConversation,
    initialData: emptyConversation,
    onMessage: (message) => setPending((waiting) => pendingAfterMessage(waiting, message, me)),
  })

  const list = useRef<HTMLOListElement>(null)
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [data, pending])

  function onSend(text: string): void {
    const result = send({ type: 'say', text })
    setPending((waiting) => pendingAfterSend(waiting, text, result))
  }

  return (
    <Panel title="React" detail="useWebSocket" aside={<StatusPill status={status} />} className="chat">
      <ol className="chat-list" ref={list} tabIndex={0} aria-label="Conversation in React">
        {data.entries.map((entry) => (
          <li key={entry.id} className={entry.kind === 'note' ? 'chat-note' : 'chat-message'}>
            {entry.kind === 'message' && (
              <Speech from={entry.from} text={entry.text} mine={entry.from === me} />
            )}
            {entry.kind === 'note' && entry.text}
          </li>
        ))}
        {pending.map((text, index) => (
          <li key={index} className="chat-message" data-pending>
            <Speech from={me} text={text} mine />
          </li>
        ))}
      </ol>
      <Composer onSend={onSend} />
    </Panel>
  )
}

function Composer({ onSend }: { readonly onSend: (text: string) => void }) {
  const [draft, setDraft] = useState('')
  function submit(event: FormEvent): void {
    event.preventDefault()
    const text = draft.trim()
    if (text !== '') onSend(text)
    setDraft('')
  }
  return (
    <form className="chat-form" onSubmit={submit}>
      <input
        className="field"
        aria-label="Message from React"
        placeholder="Write a message"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
      />
      <button className="button" data-look="primary">
        Send
      </button>
    </form>
  )
}

function Speech({
  from,
  text,
  mine,
}: {
  readonly from: string
  readonly text: string
  readonly mine: boolean
}) {
  return (
    <p className="speech" data-mine={mine || undefined}>
      <span className={mine ? 'sr' : 'speech-from'}>{from}</span> {text}
    </p>
  )
}
