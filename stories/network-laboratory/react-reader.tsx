import type { TransportOption } from '@tautline/core/connection'
import { useConnection } from '@tautline/react'
import { useState, useSyncExternalStore } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { figuresOf } from './figures.ts'
import { createHistory } from './history.ts'
import { connectionOptions } from './messages.ts'

export interface ReaderProps {
  readonly transports: readonly TransportOption[]
  /** When the component was mounted, as `performance.now()`. */
  readonly startedAt: number
  /** Whether a message follows directly; without it, gaps are not noticed. */
  readonly isNext?: ((id: string, before: string) => boolean) | undefined
}

export function ReactReader({ transports, startedAt, isNext }: ReaderProps) {
  const [{ handlers, entries, lost }] = useState(() => createHistory(startedAt))
  const { data, status, transport, cursor, closed } = useConnection(transports, {
    ...connectionOptions,
    isNext,
    ...handlers,
  })
  const history = useSyncExternalStore(entries.subscribe, entries.getSnapshot)
  const lostCount = useSyncExternalStore(lost.subscribe, lost.getSnapshot)
  return (
    <Panel
      title="React"
      detail={`cursor ${cursor ?? '–'}`}
      aside={<StatusPill status={status} by={closed?.by} />}
      className="network-reader"
    >
      <ol className="transports" aria-label="Transports, the best one first">
        {transports.map(({ name }) => (
          <li key={name} aria-current={name === transport}>
            {name}
          </li>
        ))}
      </ol>
      <dl className="network-figures">
        {figuresOf(data, lostCount, startedAt).map(({ name, value, tone }) => (
          <div key={name} className="figure" data-tone={tone}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <ol className="switches" aria-label="History in React, the newest first" tabIndex={0}>
        {history.length === 0 && <li className="note">No switch yet: the first transport works.</li>}
        {history.map(({ id, at, kind, what, why }) => (
          <li key={id} data-kind={kind}>
            <time>{at.toFixed(1)} s</time>
            <strong>{what}</strong>
            <span>{why}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
