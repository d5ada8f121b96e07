import type { LongPollResult } from '@tautline/react'
import { useState, useSyncExternalStore } from 'react'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { type MessageCheck, countsText } from './message-check.ts'
import type { Dialect } from './dialects.ts'
import type { CutNextResponse } from './cut-next-response.ts'
import { useConsul } from './use-consul.ts'
import { useMatrix } from './use-matrix.ts'
import { useNchan } from './use-nchan.ts'
import { type Exchange, type ExchangeLog, outcomeOf } from './exchange-log.ts'

export interface CardProps {
  readonly dialect: Dialect
  readonly url: string
  readonly exchangeLog: ExchangeLog
  readonly cutNextResponse: CutNextResponse
}

export const MatrixCard = (props: CardProps) => <ReactCard {...props} result={useMatrix(props.url)} />
export const ConsulCard = (props: CardProps) => <ReactCard {...props} result={useConsul(props.url)} />
export const NchanCard = (props: CardProps) => <ReactCard {...props} result={useNchan(props.url)} />

function ReactCard(props: CardProps & { readonly result: LongPollResult<MessageCheck> }) {
  const { dialect, result, exchangeLog, cutNextResponse } = props
  const { data, status, cursor, closed } = result
  const { latest, cut } = useSyncExternalStore(exchangeLog.subscribe, exchangeLog.getSnapshot)
  const [armedAt, setArmedAt] = useState<number>()
  const arm = async (): Promise<void> => {
    await cutNextResponse(result)
    setArmedAt(exchangeLog.getSnapshot().cut)
  }
  return (
    <Panel
      title={dialect.name}
      detail={`${dialect.framework}: ${dialect.cursorText}`}
      aside={<StatusPill status={status} by={closed?.by} />}
      className="dialect"
    >
      <pre className="dialect-code" tabIndex={0} aria-label={`The call for ${dialect.name}`}>
        <code>{dialect.code}</code>
      </pre>
      <ol className="exchanges" aria-label={`Requests to ${dialect.name}, the newest first`}>
        {latest.map((exchange) => (
          <ExchangeView key={exchange.id} exchange={exchange} />
        ))}
      </ol>
      <Messages of={dialect} check={data} cursor={cursor} />
      <div className="dialect-foot">
        <p className="note" role="status" data-bad={data.gaps + data.duplicates > 0 || undefined}>
          {countsText(data, cut)}
        </p>
        <button
          className="button"
          data-look="fault"
          aria-pressed={armedAt === cut}
          onClick={() => void arm()}
        >
          Cut the next response
        </button>
      </div>
    </Panel>
  )
}

/** The cursor and the latest messages. */
function Messages(props: {
  readonly of: Dialect
  readonly check: MessageCheck
  readonly cursor: string | undefined
}) {
  const { of: dialect, check, cursor } = props
  return (
    <>
      <dl className="dialect-state">
        <dt>cursor</dt>
        <dd>{cursor ?? '–'}</dd>
      </dl>
      <ol className="dialect-messages" aria-label={`Messages from ${dialect.name}`}>
        {check.latest.map((message, index) => (
          <li key={check.count - index}>{message}</li>
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
