import { useEventSource } from '@tautline/react'
import { useMemo } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { type Resume, nothingRead, optionsOf, read } from './news.ts'

export interface NewsProps {
  readonly url: string
  readonly haste: number
  readonly resume: Resume
}

export function ReactNews({ url, haste, resume }: NewsProps) {
  const options = useMemo(() => optionsOf(haste, resume), [haste, resume])
  const { data, status, closed, lastEventId } = useEventSource(url, {
    ...options,
    reduce: read,
    initialData: nothingRead,
  })
  return (
    <Panel
      title="React"
      detail={`${data.gaps} gaps, ${data.doubles} doubles, lastEventId ${lastEventId ?? '–'}`}
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
