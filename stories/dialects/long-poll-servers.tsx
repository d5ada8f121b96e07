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
import { cutNextResponseOf } from './cut-next-response.ts'
import { type CardProps, ConsulCard, MatrixCard, NchanCard } from './react-cards.tsx'
import TelegramCard from './TelegramCard.vue'
import { createExchangeLog } from './exchange-log.ts'

/** Reads one log through five long-poll protocols. */
export function LongPollServers() {
  const [log] = useState(() => crypto.randomUUID().slice(0, 6))
  return (
    <Stage
      title="Long-poll servers"
      description="Each kind of server has its own protocol for long polling. They differ mainly in the cursor: the position in the log from which the next response continues. All five cards read the same log. If you cut a response, the hook sends the same cursor again, so no message is lost."
    >
      <Publisher log={log} />
      <div className="dialects">
        <ReactServer log={log} dialect={matrix} card={MatrixCard} />
        <VueServer log={log} dialect={telegram} card={TelegramCard} />
        <ReactServer log={log} dialect={consul} card={ConsulCard} />
        <VueServer log={log} dialect={couch} card={CouchCard} />
        <ReactServer log={log} dialect={nchan} card={NchanCard} />
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
    // One request after the other, because parallel requests may arrive in another order.
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
        aria-label="Text to publish"
        value={draft}
        maxLength={200}
        onChange={(event) => setDraft(event.target.value)}
      />
      <button className="button" data-look="primary">
        Publish
      </button>
      <button className="button" type="button" onClick={() => send(5)}>
        Publish five
      </button>
    </form>
  )
}

function HowToRead() {
  return (
    <Panel title="How to read a card" className="dialects-help">
      <ol className="exchanges">
        <li data-state="pending">
          The pending request. The <mark>cursor</mark> is at the end of the URL or in the headers.
        </li>
        <li data-state="complete">A request with the beginning of its response.</li>
        <li data-state="failed">
          A request whose response broke off. The next request sends the same cursor, so no message is lost.
        </li>
      </ol>
      <p className="note">
        A response of nchan has one message. Telegram and Matrix send a list of messages, and CouchDB a list
        of changes. Consul sends its whole state each time, and <code>dedupeBy</code> drops the known
        messages.
      </p>
    </Panel>
  )
}

interface ServerProps {
  readonly log: string
  readonly dialect: Dialect
}

/** The props of a card, and the default options by which its requests are recorded. */
function useCard({ log, dialect }: ServerProps) {
  const server = useServer()
  const target = dialect.target(log)
  const [exchangeLog] = useState(createExchangeLog)
  const [defaults] = useState(() => ({ environment: { fetch: exchangeLog.fetch } }))
  const [cutNextResponse] = useState(() => cutNextResponseOf(server, target))
  // A browser opens six connections to an origin over HTTP/1.1, and the five polls use five. The proxy's port is another origin, so
  // that the other requests of the page do not wait.
  const url = `${server.faultyUrl}${target}`
  return { defaults, cardProps: { url, dialect, exchangeLog, cutNextResponse } }
}

function ReactServer({ card: Card, ...rest }: ServerProps & { readonly card: ComponentType<CardProps> }) {
  const { defaults, cardProps } = useCard(rest)
  return (
    <TautlineProvider options={defaults}>
      <Card {...cardProps} />
    </TautlineProvider>
  )
}

function VueServer({ card, ...rest }: ServerProps & { readonly card: Component }) {
  const { defaults, cardProps } = useCard(rest)
  return <Vue of={card} with={cardProps} defaults={defaults} />
}
