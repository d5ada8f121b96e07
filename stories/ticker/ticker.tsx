import '../ui/slider.css'
import './ticker.css'
import { useWebSocket } from '@tautline/react'
import { type CSSProperties, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Figure, Figures, formatNumber } from '../ui/figure.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { ReactTicker } from './react-ticker.tsx'
import { type RenderCounter, codec, createRenderCounter, noTicks } from './ticks.ts'
import { useMeters } from './use-meters.ts'
import VueTicker from './VueTicker.vue'

/** Messages per second when the story opens. */
const INITIAL_RATE = 500

/** Many messages per second, and at most one render per frame. */
export function Ticker() {
  const server = useServer()
  const [counters] = useState(() => ({ react: createRenderCounter(), vue: createRenderCounter() }))
  const [url] = useState(
    () => `${server.url}/ticker?rate=${INITIAL_RATE}&page=${crypto.randomUUID().slice(0, 8)}`,
  )
  return (
    <Stage
      title="High message rate"
      description="One socket receives up to thousands of messages per second. Both components reduce every message, in order, and render at most once per frame. The sequence numbers show that no message is lost."
    >
      <RateSlider url={url} />
      <Meters react={counters.react} vue={counters.vue} />
      <div className="pair">
        <ReactTicker url={url} counter={counters.react} />
        <Vue of={VueTicker} with={{ url, counter: counters.vue }} />
      </div>
    </Stage>
  )
}

/** A position on the scale, from 0 to 1. */
const at = (position: number): CSSProperties & Record<'--at', number> => ({ '--at': position })

const rateAt = (position: number, max: number): number => Math.round(10 * (max / 10) ** position)
const positionOf = (rate: number, max: number): number => Math.log(rate / 10) / Math.log(max / 10)

/** A slider for the rate, on a logarithmic scale. Its hook shares the connection, but selects no data. */
function RateSlider({ url }: { readonly url: string }) {
  const { maxRate } = useServer()
  const [rate, setRate] = useState(INITIAL_RATE)
  const { send } = useWebSocket(url, { codec, reduce: () => noTicks, select: () => undefined })
  function change(position: number): void {
    const next = rateAt(position, maxRate)
    setRate(next)
    send({ type: 'rate', rate: next })
  }
  return (
    <section className="panel slider" aria-label="Rate">
      <label htmlFor="rate">Rate</label>
      <output htmlFor="rate">
        {formatNumber(rate)} <small>messages/s requested</small>
      </output>
      <input
        id="rate"
        type="range"
        min="0"
        max="1"
        step="any"
        value={positionOf(rate, maxRate)}
        style={at(positionOf(rate, maxRate))}
        aria-valuetext={`${formatNumber(rate)} messages per second`}
        onChange={(event) => change(event.target.valueAsNumber)}
      />
      <span className="scale" aria-hidden="true">
        {[10, 100, 1_000, maxRate].map((mark) => (
          <span key={mark} style={at(positionOf(mark, maxRate))}>
            {formatNumber(mark)}
          </span>
        ))}
      </span>
    </section>
  )
}

function Meters(props: { readonly react: RenderCounter; readonly vue: RenderCounter }) {
  const { react, vue, frames, received, lost, history } = useMeters(props.react, props.vue)
  return (
    <>
      <Figures>
        <Figure name="Messages" value={react.messages} unit="/s" />
        <Figure name="React renders" value={react.renders} unit="/s" />
        <Figure name="Vue updates" value={vue.renders} unit="/s" />
        <Figure name="Frames" value={frames} unit="/s" />
        <Figure name="Received in total" value={received} />
        <Figure name="Lost" value={lost} tone={lost === 0 ? 'good' : 'bad'} />
      </Figures>
      <Panel title="Messages per second" detail={`now ${formatNumber(history.at(-1) ?? 0)}`}>
        <div className="spark-box">
          <Sparkline
            slots={48}
            values={history}
            floor={0}
            height={64}
            label={`Messages per second: ${formatNumber(history.at(-1) ?? 0)} now`}
          />
        </div>
      </Panel>
    </>
  )
}
