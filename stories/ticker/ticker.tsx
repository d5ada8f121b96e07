import './ticker.css'
import { useWebSocket } from '@tautline/react'
import { type CSSProperties, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Figure, Figures, figure } from '../ui/figure.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { ReactTicker } from './react-ticker.tsx'
import { type Reading, codec, createReading, noTicks } from './ticks.ts'
import { useMeters } from './use-meters.ts'
import VueTicker from './VueTicker.vue'

/** Messages a second when the story opens. */
const START = 500

/** Every message is folded, every frame renders at most once. */
export function Ticker() {
  const server = useServer()
  const [readings] = useState(() => ({ react: createReading(), vue: createReading() }))
  const [url] = useState(() => `${server.url}/ticker?rate=${START}&page=${crypto.randomUUID().slice(0, 8)}`)
  return (
    <Stage
      title="Ticker under load"
      lead="Up to thousands of messages a second come in over one socket. Both components fold every one of them, in order, and render at most once a frame; the sequence numbers prove that none is lost."
    >
      <Throttle url={url} />
      <Meters react={readings.react} vue={readings.vue} />
      <div className="pair">
        <ReactTicker url={url} reading={readings.react} />
        <Vue of={VueTicker} with={{ url, reading: readings.vue }} />
      </div>
    </Stage>
  )
}

/** Tells CSS where on the scale. */
const at = (position: number): CSSProperties & Record<'--at', number> => ({ '--at': position })

const rateAt = (position: number, max: number): number => Math.round(10 * (max / 10) ** position)
const positionOf = (rate: number, max: number): number => Math.log(rate / 10) / Math.log(max / 10)

/** Chooses the rate, on a logarithmic scale. It shares the line, and shows nothing of what comes in. */
function Throttle({ url }: { readonly url: string }) {
  const { maxRate } = useServer()
  const [rate, setRate] = useState(START)
  const { send } = useWebSocket(url, { codec, reduce: () => noTicks, select: () => undefined })
  function change(position: number): void {
    const next = rateAt(position, maxRate)
    setRate(next)
    send({ type: 'rate', rate: next })
  }
  return (
    <section className="panel throttle" aria-label="Rate">
      <label htmlFor="rate">Rate</label>
      <output htmlFor="rate">
        {figure(rate)} <small>messages/s wanted</small>
      </output>
      <input
        id="rate"
        type="range"
        min="0"
        max="1"
        step="any"
        value={positionOf(rate, maxRate)}
        style={at(positionOf(rate, maxRate))}
        aria-valuetext={`${figure(rate)} messages a second`}
        onChange={(event) => change(event.target.valueAsNumber)}
      />
      <span className="scale" aria-hidden="true">
        {[10, 100, 1_000, maxRate].map((mark) => (
          <span key={mark} style={at(positionOf(mark, maxRate))}>
            {figure(mark)}
          </span>
        ))}
      </span>
    </section>
  )
}

function Meters(props: { readonly react: Reading; readonly vue: Reading }) {
  const { react, vue, frames, received, lost, history } = useMeters(props.react, props.vue)
  return (
    <>
      <Figures>
        <Figure name="Messages" value={react.messages} unit="/s" />
        <Figure name="React renders" value={react.renders} unit="/s" />
        <Figure name="Vue updates" value={vue.renders} unit="/s" />
        <Figure name="Frames" value={frames} unit="/s" />
        <Figure name="Folded in all" value={received} />
        <Figure name="Lost" value={lost} tone={lost === 0 ? 'good' : 'bad'} />
      </Figures>
      <Panel title="Messages a second" detail={`now ${figure(history.at(-1) ?? 0)}`}>
        <div className="spark-box">
          <Sparkline
            slots={48}
            values={history}
            floor={0}
            height={64}
            label={`Messages a second: ${figure(history.at(-1) ?? 0)} now`}
          />
        </div>
      </Panel>
    </>
  )
}
