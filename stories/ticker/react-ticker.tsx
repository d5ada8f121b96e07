import { useWebSocket } from '@tautline/react'
import { useEffect } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { type RenderCounter, codec, countTicks, noTicks } from './ticks.ts'

export function ReactTicker({ url, counter }: { readonly url: string; readonly counter: RenderCounter }) {
  const { data, status } = useWebSocket(url, { codec, reduce: countTicks, initialData: noTicks })
  useEffect(() => counter.rendered(data))
  return (
    <Panel title="React" detail="at most one render per frame" aside={<StatusPill status={status} />}>
      <p className="price" aria-label="Price in React">
        {data.price.toFixed(2)}
      </p>
      <p className="price-note">tick {data.last.toLocaleString('en')}</p>
    </Panel>
  )
}
