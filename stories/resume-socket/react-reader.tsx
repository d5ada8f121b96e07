import type { Environment } from '@tautline/core'
import { useWebSocket } from '@tautline/react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { URL_OF_LOG, initialReading, optionsOf, read } from './messages.ts'

export interface ReaderProps {
  readonly title: string
  readonly environment: Partial<Environment>
  readonly isResumed: boolean
}

export function ReactReader({ title, environment, isResumed }: ReaderProps) {
  const { data, status, closed, cursor } = useWebSocket(URL_OF_LOG, {
    ...optionsOf(isResumed),
    environment,
    reduce: read,
    initialData: initialReading,
  })
  return (
    <Panel
      title={title}
      detail={`${data.count} messages, ${data.missing} missing, ${data.repeated} repeated, cursor ${cursor ?? '–'}`}
      aside={<StatusPill status={status} by={closed?.by} />}
    >
      <ol className="headlines">
        {data.latest.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ol>
    </Panel>
  )
}
