import { type Connection, type ConnectionView } from './connection.ts'
import { type Fields } from './input.ts'
import { Problem } from './problem.ts'

/** Sums over all connections, closed ones included. */
export interface Totals {
  readonly opened: number
  readonly closed: number
  readonly sent: number
  readonly received: number
}

/** The open WebSocket connections. */
export interface Connections {
  nextId(): string
  add(connection: Connection): void
  views(): readonly ConnectionView[]
  totals(): Totals
  /** Selects connections by `connection` (an id) or `match` (the beginning of the target). Without either, selects all. */
  select(fields: Fields): readonly Connection[]
}

export function createConnections(): Connections {
  const open = new Map<string, Connection>()
  const past = { opened: 0, closed: 0, sent: 0, received: 0 }
  let made = 0

  return {
    nextId: () => `c${(made += 1)}`,
    add(connection) {
      open.set(connection.id, connection)
      past.opened += 1
      connection.onClosed(() => {
        const { sent, received } = connection.view()
        open.delete(connection.id)
        past.closed += 1
        past.sent += sent
        past.received += received
      })
    },
    views: () => [...open.values()].map((connection) => connection.view()),
    totals() {
      const totals = { ...past }
      for (const connection of open.values()) {
        const { sent, received } = connection.view()
        totals.sent += sent
        totals.received += received
      }
      return totals
    },
    select(fields) {
      if (fields.has('connection')) {
        const id = fields.text('connection', { min: 1, max: 40 })
        const connection = open.get(id)
        if (connection === undefined)
          throw new Problem(404, 'not-found', `There is no open connection ${id}`, 'connection')
        return [connection]
      }
      const match = fields.text('match', { min: 0, max: 2_000 }, '')
      return [...open.values()].filter((connection) => connection.target.startsWith(match))
    },
  }
}
