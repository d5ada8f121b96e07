import './prices.css'
import { useEventSource } from '@tautline/react'
import { useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { RATE, options, symbols } from './board.ts'
import { ReactBoard } from './react-board.tsx'
import VueBoard from './VueBoard.vue'

/** Named events with a type for each name. Many components share one stream, and each shows a part of it. */
export function Prices() {
  const server = useServer()
  const [url] = useState(
    () =>
      `${server.url}/prices?rate=${RATE}&symbols=${symbols.join(',')}&page=${crypto.randomUUID().slice(0, 8)}`,
  )
  return (
    <Stage
      title="Named events"
      description="The stream has three kinds of events: price, trade and halt. Each kind has its own codec and type. Every row is a component that selects its own symbol. All rows share one stream, and a row renders only for events of its symbol."
    >
      <Totals url={url} />
      <div className="pair">
        <ReactBoard url={url} />
        <Vue of={VueBoard} with={{ url }} />
      </div>
    </Stage>
  )
}

function Totals({ url }: { readonly url: string }) {
  const { data: counts } = useEventSource(url, { ...options, select: (board) => board.counts })
  return (
    <Figures>
      <Figure name="price" value={counts.price} unit="events" />
      <Figure name="trade" value={counts.trade} unit="events" />
      <Figure name="halt" value={counts.halt} unit="events" tone={counts.halt > 0 ? 'busy' : undefined} />
      <Figure name="Hooks that share the stream" value={2 * (symbols.length + 1) + 1} />
    </Figures>
  )
}
