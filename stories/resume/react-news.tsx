import { useEventSource } from '@tautline/react'
import { useMemo } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { type Resume, initialReading, optionsOf, read } from './news.ts'

export interface NewsProps {
  readonly url: string
  readonly speed: number
  readonly resume: Resume
}

export function ReactNews({ url, speed, resume }: NewsProps) {
  const options = useMemo(() => optionsOf(speed, resume), [speed, resume])
  const { data, status, closed, lastEventId } = useEventSource(url, {
    ...options,
    reduce: read,
    initialData: initialReading,
  })
  return (
    <Panel
      title="React"
      detail={`${data.gaps} gaps, ${data.duplicates} duplicates, lastEventId ${lastEventId ?? '–'}`}
      aside={<StatusPill status={status} by={closed?.by} />}
    >
      <ol className="headlines">
        {data.latest.map(({ seq, headline }) => (
          <li key={seq}>
            <b>{seq}</b> {headline}
          </li>
        ))}
      </ol>
    </Panel>
  )
}
