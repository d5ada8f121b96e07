import type { LongPollResult } from '@tautline/react'
import { useState, useSyncExternalStore } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { type Audit, verdictOf } from './audit.ts'
import type { Dialect } from './dialects.ts'
import type { Lose } from './lose.ts'
import { useConsul } from './use-consul.ts'
import { useMatrix } from './use-matrix.ts'
import { useNchan } from './use-nchan.ts'
import { type Exchange, type Recorder, outcomeOf } from './wire.ts'

export interface CardProps {
  readonly dialect: Dialect
  readonly url: string
  readonly recorder: Recorder
  readonly lose: Lose
}

export const MatrixCard = (props: CardProps) => <ReactCard {...props} result={useMatrix(props.url)} />
export const ConsulCard = (props: CardProps) => <ReactCard {...props} result={useConsul(props.url)} />
export const NchanCard = (props: CardProps) => <ReactCard {...props} result={useNchan(props.url)} />

function ReactCard(props: CardProps & { readonly result: LongPollResult<Audit> }) {
  const { dialect, result, recorder, lose } = props
  const { data, status, cursor, closed } = result
  const { exchanges, lost } = useSyncExternalStore(recorder.subscribe, recorder.getSnapshot)
  const [armedAt, setArmedAt] = useState<number>()
  const arm = async (): Promise<void> => {
    await lose(result)
    setArmedAt(recorder.getSnapshot().lost)
  }
  return (
    <Panel
      title={dialect.name}
      detail={`${dialect.framework}: ${dialect.place}`}
      aside={<StatusPill status={status} by={closed?.by} />}
      className="dialect"
    >
      <pre className="dialect-code" tabIndex={0} aria-label={`The call for ${dialect.name}`}>
        <code>{dialect.code}</code>
      </pre>
      <ol className="exchanges" aria-label={`Requests to ${dialect.name}, the newest first`}>
        {exchanges.map((exchange) => (
          <ExchangeView key={exchange.id} exchange={exchange} />
        ))}
      </ol>
      <Reading of={dialect} audit={data} cursor={cursor} />
      <div className="dialect-foot">
        <p className="note" role="status" data-bad={data.gaps + data.doubles > 0 || undefined}>
          {verdictOf(data, lost)}
        </p>
        <button className="button" aria-pressed={armedAt === lost} onClick={() => void arm()}>
          Lose the next answer
        </button>
      </div>
    </Panel>
  )
}

/** Where it is, and what came last. */
function Reading(props: {
  readonly of: Dialect
  readonly audit: Audit
  readonly cursor: string | undefined
}) {
  const { of: dialect, audit, cursor } = props
  return (
    <>
      <dl className="dialect-state">
        <dt>cursor</dt>
        <dd>{cursor ?? '–'}</dd>
      </dl>
      <ol className="dialect-messages" aria-label={`Messages from ${dialect.name}`}>
        {audit.latest.map((message, index) => (
          <li key={audit.count - index}>{message}</li>
        ))}
      </ol>
    </>
  )
}

function ExchangeView({ exchange }: { readonly exchange: Exchange }) {
  const { target, cursor, headers, state } = exchange
  return (
    <li data-state={state}>
      <code>
        GET {target}
        <mark>{cursor}</mark>
      </code>
      {headers.map((header) => (
        <code key={header}>
          <mark>{header}</mark>
        </code>
      ))}
      <code className="exchange-outcome">{outcomeOf(exchange)}</code>
    </li>
  )
}
