import './polling.css'
import { useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { type Meter, createMeter } from './meter.ts'
import { type Reader, readersFor, targetOf } from './readers.ts'
import { ReactPanel } from './react-panel.tsx'
import { Traffic } from './traffic.tsx'
import { Trade } from './trade.tsx'
import { usePublisher } from './use-publisher.ts'
import VuePanel from './VuePanel.vue'

const rates = [0.1, 1, 10]

/** One log, read in four ways. */
export function Polling({ haste = 1 }: { readonly haste?: number }) {
  const server = useServer()
  const [log] = useState(() => `trade-${crypto.randomUUID().slice(0, 8)}`)
  const [readers] = useState(() =>
    readersFor(haste).map((reader): readonly [Reader, Meter] => [reader, createMeter()]),
  )
  const [rate, setRate] = useState(0)
  const [hidden, setHidden] = useState(false)
  const { published, send } = usePublisher(server, log, rate)
  const restart = (): void => {
    for (const [, meter] of readers) meter.restart()
  }
  return (
    <Stage
      title="Long and short polling"
      lead="One log, four readers. A long poll is held by the server until there is something to say; a short poll asks in a rhythm, and mostly for nothing. Publish, and see what each costs and how late it is. Bytes are those of the bodies, unpacked; the heads of request and answer come on top, some 0.7 kB each time over HTTP/1.1."
    >
      <Publisher
        send={send}
        rate={rate}
        setRate={setRate}
        hidden={hidden}
        setHidden={setHidden}
        restart={restart}
      />
      <Traffic readers={readers} published={published} />
      <Trade readers={readers} />
      <div className="poll-panels">
        {readers.map(([reader, meter]) => {
          const given = { reader, meter, hidden, url: `${server.url}${targetOf(reader, log)}` }
          return reader.framework === 'React' ? (
            <ReactPanel key={reader.key} {...given} />
          ) : (
            <Vue key={reader.key} of={VuePanel} with={given} />
          )
        })}
      </div>
    </Stage>
  )
}

function Publisher(props: {
  readonly send: (messages: number) => void
  readonly rate: number
  readonly setRate: (rate: number) => void
  readonly hidden: boolean
  readonly setHidden: (hidden: boolean) => void
  readonly restart: () => void
}) {
  const { send, rate, setRate, hidden, setHidden, restart } = props
  return (
    <div className="row publisher">
      <button className="button" data-look="primary" onClick={() => send(1)}>
        Publish one
      </button>
      <button className="button" onClick={() => send(20)}>
        Burst of 20
      </button>
      <div className="row" role="group" aria-label="At random, so many a second">
        <span className="note" aria-hidden="true">
          At random, a second
        </span>
        {rates.map((each) => (
          <button
            key={each}
            className="button"
            aria-pressed={each === rate}
            onClick={() => setRate(each === rate ? 0 : each)}
          >
            {each}
          </button>
        ))}
      </div>
      <button className="button" onClick={restart}>
        Count anew
      </button>
      <label className="publisher-hidden">
        <input type="checkbox" checked={hidden} onChange={(event) => setHidden(event.target.checked)} />
        Stop while the page is hidden
      </label>
    </div>
  )
}
