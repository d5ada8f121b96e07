import './request-list.css'
import { useSyncExternalStore } from 'react'
import { bytesText } from '../ui/bytes-text.ts'
import type { Exchange, RequestLog } from './request-log.ts'

/** The latest requests with their responses. */
export function RequestList(props: {
  readonly log: RequestLog
  /** How many requests are shown. */
  readonly limit: number
  /** Formats the target of a request. */
  readonly format?: (exchange: Exchange) => string
}) {
  const { log, limit, format = ({ target }) => target } = props
  const { exchanges } = useSyncExternalStore(log.subscribe, log.getSnapshot)
  return (
    <ol className="request-list" aria-label="Requests, the newest first" tabIndex={0}>
      {exchanges.length === 0 && <li className="request-none">No requests yet.</li>}
      {exchanges.slice(0, limit).map((exchange) => (
        <li key={exchange.id} data-kind={kindOf(exchange)}>
          <code>
            {exchange.method} {format(exchange)}
            {exchange.conditional && <span className="request-tag"> conditional</span>}
          </code>
          <span className="request-outcome">{outcomeOf(exchange)}</span>
        </li>
      ))}
    </ol>
  )
}

export type ExchangeKind = 'pending' | 'aborted' | 'not-modified' | 'success' | 'failure'

/** The outcome of a request, which decides its colour. */
export function kindOf({ state, status = 0 }: Exchange): ExchangeKind {
  if (state === 'aborted' || state === 'pending') return state
  if (status === 304) return 'not-modified'
  return state === 'complete' && status < 400 ? 'success' : 'failure'
}

function outcomeOf(exchange: Exchange): string {
  const { state, status, bytes, from, to = from } = exchange
  if (state === 'pending') return '…'
  if (state === 'aborted') return 'aborted'
  if (status === undefined) return 'no response'
  const took = `${Math.round((to - from) * 1000)} ms`
  return status === 304 ? `304 Not Modified, ${took}` : `${status}, ${bytesText(bytes)}, ${took}`
}
