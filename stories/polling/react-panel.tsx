import { useLongPoll } from '@tautline/react'
import { useSyncExternalStore } from 'react'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import type { Meter } from './meter.ts'
import { type Reader, bytesText, delayText, detailOf, optionsOf } from './readers.ts'

export interface PanelProps {
  readonly reader: Reader
  readonly url: string
  readonly meter: Meter
  readonly hidden: boolean
}

export function ReactPanel({ reader, url, meter, hidden }: PanelProps) {
  const { data, status, cursor, closed } = useLongPoll(url, optionsOf(reader, meter, hidden))
  const { requests, bytes, latest, median, messages } = useSyncExternalStore(
    meter.subscribe,
    meter.getSnapshot,
  )
  return (
    <Panel
      title={reader.name}
      detail={detailOf(reader, cursor)}
      aside={<StatusPill status={status} by={closed?.by} />}
      className="poll-panel"
    >
      <Figures>
        <Figure name="Requests" value={requests} />
        <Figure name="Messages" value={messages} />
        <Figure name="Bytes" value={bytesText(bytes)} />
        <Figure name="Delay, median" value={delayText(median)} />
        <Figure name="Delay, latest" value={delayText(latest)} />
      </Figures>
      <ol className="notes" aria-label={`Messages of ${reader.name}`} data-astray={data.astray}>
        {data.latest.map(({ seq, text }) => (
          <li key={seq}>
            <b>{seq}</b> {text}
          </li>
        ))}
      </ol>
    </Panel>
  )
}
