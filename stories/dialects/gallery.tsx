import './dialects.css'
import { TautlineProvider } from '@tautline/react'
import { type ComponentType, type FormEvent, useRef, useState } from 'react'
import type { Component } from 'vue'
import { publish } from '../polling/use-publisher.ts'
import { useServer } from '../server/server-context.ts'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import CouchCard from './CouchCard.vue'
import { type Dialect, consul, couch, matrix, nchan, telegram } from './dialects.ts'
import { loseAt } from './lose.ts'
import { type CardProps, ConsulCard, MatrixCard, NchanCard } from './react-cards.tsx'
import TelegramCard from './TelegramCard.vue'
import { createRecorder } from './wire.ts'

/** One log that five kinds of server serve, each in its own way. */
export function Gallery() {
  const [log] = useState(() => crypto.randomUUID().slice(0, 6))
  return (
    <Stage
      title="Five dialects"
      lead="Every server has a way of its own to say where a client is. What differs is one line: the cursor. All five cards read the same log; lose an answer, and the hook asks for it again from where it was."
    >
      <Publisher log={log} />
      <div className="dialects">
        <InReact log={log} dialect={matrix} card={MatrixCard} />
        <InVue log={log} dialect={telegram} card={TelegramCard} />
        <InReact log={log} dialect={consul} card={ConsulCard} />
        <InVue log={log} dialect={couch} card={CouchCard} />
        <InReact log={log} dialect={nchan} card={NchanCard} />
        <HowToRead />
      </div>
    </Stage>
  )
}

function Publisher({ log }: { readonly log: string }) {
  const server = useServer()
  const [draft, setDraft] = useState('Good news')
  const count = useRef(0)
  const sent = useRef(Promise.resolve())
  const send = (times: number): void => {
    const texts = Array.from({ length: times }, () => `${(count.current += 1)} ${draft.trim()}`)
    // One behind the other: two requests may overtake each other.
    sent.current = sent.current.then(() => publish(server, log, texts)).catch(reportError)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    send(1)
  }
  return (
    <form className="dialects-form" onSubmit={submit}>
      <input
        className="field"
        aria-label="What to publish"
        value={draft}
        maxLength={200}
        onChange={(event) => setDraft(event.target.value)}
      />
      <button className="button" data-look="primary">
        Publish
      </button>
      <button className="button" type="button" onClick={() => send(5)}>
        Five at once
      </button>
    </form>
  )
}

function HowToRead() {
  return (
    <Panel title="How to read a card" className="dialects-help">
      <ol className="exchanges">
        <li data-state="held">
          The request that is under way. <mark>Where it is</mark> stands at its end, or in its headers.
        </li>
        <li data-state="whole">One that was answered, and the beginning of what came.</li>
        <li data-state="broken">
          One whose answer broke off. The next request says the same place again, so nothing is missed.
        </li>
      </ol>
      <p className="note">
        nchan gives one message an answer, Telegram and Matrix a list, CouchDB a list of changes; Consul tells
        its whole state each time, and what is known already is dropped by <code>dedupe</code>.
      </p>
    </Panel>
  )
}

interface LineProps {
  readonly log: string
  readonly dialect: Dialect
}

/** What both kinds of card are given: the line is listened in on, through the defaults for hooks below. */
function useLine({ log, dialect }: LineProps) {
  const server = useServer()
  const target = dialect.target(log)
  const [recorder] = useState(createRecorder)
  const [defaults] = useState(() => ({ environment: { fetch: recorder.fetch } }))
  const [lose] = useState(() => loseAt(server, target))
  // Five requests are held, of the six that HTTP/1.1 has for an origin: at the other port nothing else waits for them.
  const url = `${server.faultyUrl}${target}`
  return { defaults, given: { url, dialect, recorder, lose } }
}

function InReact({ card: Card, ...rest }: LineProps & { readonly card: ComponentType<CardProps> }) {
  const { defaults, given } = useLine(rest)
  return (
    <TautlineProvider options={defaults}>
      <Card {...given} />
    </TautlineProvider>
  )
}

function InVue({ card, ...rest }: LineProps & { readonly card: Component }) {
  const { defaults, given } = useLine(rest)
  return <Vue of={card} with={given} defaults={defaults} />
}
