import { useLongPoll } from '@tautline/react'
import { useSyncExternalStore } from 'react'
import { bytesText } from '../ui/bytes-text.ts'
import { Figure, Figures } from '../ui/figure.tsx'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import type { Meter } from './meter.ts'
import { type Reader, delayText, detailOf, optionsOf } from './readers.ts'

export interface PanelProps {
  readonly reader: Reader
  readonly url: string
  readonly meter: Meter
  readonly pauseHidden: boolean
}

export function ReactPanel({ reader, url, meter, pauseHidden }: PanelProps) {
  const { data, status, cursor, closed } = useLongPoll(url, optionsOf(reader, meter, pauseHidden))
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
      <ol
        className="poll-messages"
        aria-label={`Messages of ${reader.name}`}
        data-out-of-order={data.outOfOrder}
      >
        {data.latest.map(({ seq, text }) => (
          <li key={seq}>
            <b>{seq}</b> {text}
          </li>
        ))}
      </ol>
    </Panel>
  )
}
