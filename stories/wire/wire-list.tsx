import './wire.css'
import { useSyncExternalStore } from 'react'
import { bytesText } from '../polling/readers.ts'
import type { Exchange, WireLog } from './wire-log.ts'

/** The latest requests and their answers. */
export function WireList(props: {
  readonly log: WireLog
  readonly shown: number
  /** How a target is told. */
  readonly show?: (exchange: Exchange) => string
}) {
  const { log, shown, show = ({ target }) => target } = props
  const { exchanges } = useSyncExternalStore(log.subscribe, log.getSnapshot)
  return (
    <ol className="wire" aria-label="Requests, the newest first" tabIndex={0}>
      {exchanges.length === 0 && <li className="wire-none">Nothing has gone over the line yet.</li>}
      {exchanges.slice(0, shown).map((exchange) => (
        <li key={exchange.id} data-state={exchange.state} data-kind={kindOf(exchange)}>
          <code>
            {exchange.method} {show(exchange)}
            {exchange.conditional && <span className="wire-tag"> conditional</span>}
          </code>
          <span className="wire-outcome">{outcomeOf(exchange)}</span>
        </li>
      ))}
    </ol>
  )
}

export type ExchangeKind = 'asking' | 'fresh' | 'unchanged' | 'bad' | 'given-up'

/** What came of it, in one word for its colour. */
export function kindOf({ state, status = 0 }: Exchange): ExchangeKind {
  if (state === 'given-up' || state === 'asking') return state
  if (status === 304) return 'unchanged'
  return state === 'whole' && status < 400 ? 'fresh' : 'bad'
}

function outcomeOf(exchange: Exchange): string {
  const { state, status, bytes, from, to = from } = exchange
  if (state === 'asking') return '…'
  if (state === 'given-up') return 'given up'
  if (status === undefined) return 'no answer'
  const took = `${Math.round((to - from) * 1000)} ms`
  return status === 304 ? `304, nothing new, ${took}` : `${status}, ${bytesText(bytes)}, ${took}`
}
