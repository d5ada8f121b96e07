import './polling.css'
import { useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { type Meter, createMeter } from './meter.ts'
import { type Reader, readersFor, targetOf } from './readers.ts'
import { ReactPanel } from './react-panel.tsx'
import { Traffic } from './traffic.tsx'
import { CostTable } from './cost-table.tsx'
import { usePublisher } from './use-publisher.ts'
import VuePanel from './VuePanel.vue'

const rates = [0.1, 1, 10]

/** Four clients read one log: two by long polling, two by short polling. */
export function Polling({ speed = 1 }: { readonly speed?: number }) {
  const server = useServer()
  const [log] = useState(() => `polling-${crypto.randomUUID().slice(0, 8)}`)
  const [readers] = useState(() =>
    readersFor(speed).map((reader): readonly [Reader, Meter] => [reader, createMeter()]),
  )
  const [rate, setRate] = useState(0)
  const [pauseHidden, setPauseHidden] = useState(false)
  const { published, send } = usePublisher(server, log, rate)
  const reset = (): void => {
    for (const [, meter] of readers) meter.reset()
  }
  return (
    <Stage
      title="Long and short polling"
      description="Four clients read the same log. The server holds a long poll until there is a new message. A short poll is sent at a fixed interval, and most of its responses are empty. Publish messages to compare the cost and the delay. Bytes are the size of the response bodies, decompressed; headers add about 0.7 kB per request over HTTP/1.1."
    >
      <Publisher
        send={send}
        rate={rate}
        setRate={setRate}
        pauseHidden={pauseHidden}
        setPauseHidden={setPauseHidden}
        reset={reset}
      />
      <Traffic readers={readers} published={published} />
      <CostTable readers={readers} />
      <div className="poll-panels">
        {readers.map(([reader, meter]) => {
          const panelProps = { reader, meter, pauseHidden, url: `${server.url}${targetOf(reader, log)}` }
          return reader.framework === 'React' ? (
            <ReactPanel key={reader.key} {...panelProps} />
          ) : (
            <Vue key={reader.key} of={VuePanel} with={panelProps} />
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
  readonly pauseHidden: boolean
  readonly setPauseHidden: (pauseHidden: boolean) => void
  readonly reset: () => void
}) {
  const { send, rate, setRate, pauseHidden, setPauseHidden, reset } = props
  return (
    <div className="row publisher">
      <button className="button" data-look="primary" onClick={() => send(1)}>
        Publish one
      </button>
      <button className="button" onClick={() => send(20)}>
        Publish 20
      </button>
      <div className="row" role="group" aria-label="Publish at random, per second">
        <span className="note" aria-hidden="true">
          At random, per second:
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
      <button className="button" onClick={reset}>
        Reset the counters
      </button>
      <label className="checkbox-label">
        <input
          type="checkbox"
          checked={pauseHidden}
          onChange={(event) => setPauseHidden(event.target.checked)}
        />
        Pause while the page is hidden
      </label>
    </div>
  )
}
