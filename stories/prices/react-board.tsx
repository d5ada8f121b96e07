import { useEventSource } from '@tautline/react'
import { useEffect, useRef } from 'react'
import { Sparkline } from '../ui/sparkline.tsx'
import { Panel } from '../ui/stage.tsx'
import { StatusPill } from '../ui/status-pill.tsx'
import { count, money, options, symbols } from './board.ts'

export function ReactBoard({ url }: { readonly url: string }) {
  // Selects no data, so that the table itself does not render for each event.
  const { status } = useEventSource(url, { ...options, select: () => undefined })
  return (
    <Panel title="React" detail="one component per row" aside={<StatusPill status={status} />}>
      <div className="board-box" role="region" aria-label="Prices in React" tabIndex={0}>
        <table className="board">
          <thead>
            <tr>
              <th scope="col">Symbol</th>
              <th scope="col">Price</th>
              <th scope="col">History</th>
              <th scope="col">Volume</th>
              <th scope="col">Events</th>
              <th scope="col">Renders</th>
            </tr>
          </thead>
          <tbody>
            {symbols.map((symbol) => (
              <Row key={symbol} url={url} symbol={symbol} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

/** Shares the stream with the other rows, and renders only for its own symbol. */
function Row({ url, symbol }: { readonly url: string; readonly symbol: string }) {
  const { data: quote } = useEventSource(url, { ...options, select: ({ quotes }) => quotes[symbol] })
  const renders = useRef<HTMLTableCellElement>(null)
  const times = useRef(0)
  // Writes to the DOM without React, because a render of the counter would count itself.
  useEffect(() => {
    times.current += 1
    if (renders.current !== null) renders.current.textContent = count(times.current)
  })
  return (
    <tr data-halted={quote?.halted !== undefined || undefined}>
      <th scope="row">
        {symbol} {quote?.halted !== undefined && <span className="halt">halted</span>}
      </th>
      <td>{quote ? money(quote.price) : '–'}</td>
      <td className="board-history">
        <Sparkline
          values={quote?.history ?? []}
          slots={40}
          height={26}
          label={`Price history of ${symbol}`}
        />
      </td>
      <td>{count(quote?.volume ?? 0)}</td>
      <td data-cell="events">{count(quote?.events ?? 0)}</td>
      <td data-cell="renders" ref={renders} />
    </tr>
  )
}
