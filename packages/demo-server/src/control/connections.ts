import { type Connection } from '../connection.ts'
import { type Connections } from '../connections.ts'
import { type Ticker, readRate } from '../endpoints/ticker.ts'
import { readClose } from '../faults.ts'
import { type Exchange, type Route } from '../http-router.ts'
import { MAX_MESSAGE } from '../limits.ts'
import { type Fields } from '../input.ts'

/** The control routes that act on open connections: on all, or on those that `connection` or `match` select. */
export function connectionRoutes(connections: Connections, ticker: Ticker): readonly Route[] {
  const onSelected =
    (prepare: (fields: Fields) => (connection: Connection) => void) =>
    async ({ body, json }: Exchange): Promise<void> => {
      const fields = await body()
      const act = prepare(fields)
      const selected = connections.select(fields)
      fields.nothingElse()
      for (const connection of selected) act(connection)
      json({ connections: selected.map(({ id }) => id) })
    }

  return [
    {
      method: 'POST',
      path: '/control/close',
      handle: onSelected((fields) => {
        const { code, reason } = readClose(fields)
        return (connection) => connection.close(code, reason)
      }),
    },
    {
      method: 'POST',
      path: '/control/drop',
      handle: onSelected((fields) => {
        const how = fields.choice('how', ['end', 'reset'], 'end')
        return (connection) => connection.drop(how)
      }),
    },
    {
      method: 'POST',
      path: '/control/send',
      handle: onSelected((fields) => {
        const text = fields.text('text', { min: 0, max: MAX_MESSAGE })
        return (connection) => void connection.send(text)
      }),
    },
    {
      method: 'POST',
      path: '/control/ticker',
      async handle({ body, json }) {
        const fields = await body()
        const rate = readRate(fields)
        const selected = connections.select(fields)
        fields.nothingElse()
        json({ rate, tickers: ticker.setRate(selected, rate) })
      },
    },
  ]
}
