import { type Connection } from '../connection.ts'
import { commandOf } from '../inbox.ts'
import { type Endpoint } from '../endpoint.ts'
import { type Fields, type Range } from '../input.ts'
import { createPacer, type Pacer } from '../pacer.ts'

const rates: Range = { min: 0, max: 20_000 }
const sizes: Range = { min: 0, max: 65_536 }
const counts: Range = { min: 0, max: 1_000_000_000 }

/** Above this number of waiting bytes no more ticks are sent, so that they do not fill the server's memory. */
export const HIGH_WATER = 1024 * 1024

const padding = 'x'.repeat(sizes.max)

/** Builds a tick of exactly `size` bytes, or the shortest one when that is longer. */
export function tickText(seq: number, at: number, size: number): string {
  // The price follows from the number, so that a test can detect mixed-up ticks.
  const price = (100 + 10 * Math.sin(seq / 50)).toFixed(2)
  const bare = `{"type":"tick","seq":${seq},"at":${at},"price":${price}`
  const pad = size - bare.length - ',"pad":""}'.length
  return pad > 0 ? `${bare},"pad":"${padding.slice(0, pad)}"}` : `${bare}}`
}

export interface Ticker extends Endpoint {
  /** Changes the rate of the tickers among the connections. Returns their number. */
  setRate(connections: readonly Connection[], rate: number): number
}

export const readRate = (fields: Fields, fallback?: number): number => fields.integer('rate', rates, fallback)

interface Run {
  readonly pacer: Pacer
  /** Ticks handed to the socket. */
  sent: number
}

function report(connection: Connection, { pacer, sent }: Run): void {
  connection.sendJson({ type: 'report', rate: pacer.rate, sent, withheld: pacer.withheld })
}

function start(connection: Connection, options: { rate: number; size: number; count: number }): Run {
  const { rate, size, count } = options
  const run: Run = {
    sent: 0,
    pacer: createPacer({
      rate,
      ready: () => connection.bufferedAmount < HIGH_WATER,
      batch: connection.batch,
      emit() {
        if (!connection.send(tickText(run.sent + 1, Date.now(), size))) return false
        run.sent += 1
        if (run.sent !== count) return true
        connection.sendJson({ type: 'end', sent: run.sent })
        return false
      },
    }),
  }
  connection.onClosed(run.pacer.stop)
  connection.onMessage((message) => {
    const command = commandOf(message)
    const type = command.choice('type', ['rate', 'report'])
    const newRate = type === 'rate' ? readRate(command) : undefined
    command.nothingElse()
    if (newRate !== undefined) run.pacer.setRate(newRate)
    report(connection, run)
  })
  return run
}

/** Sends ticks at an adjustable rate: `?rate=1000&size=100&count=5000`. Without a count it never ends. */
export function createTicker(): Ticker {
  const runs = new Map<string, Run>()

  return {
    name: 'ticker',
    path: '/ticker',
    admit({ parameters }) {
      const options = {
        rate: readRate(parameters, 10),
        size: parameters.integer('size', sizes, 0),
        count: parameters.integer('count', counts, 0),
      }
      return {
        connected(connection) {
          runs.set(connection.id, start(connection, options))
          connection.onClosed(() => runs.delete(connection.id))
        },
      }
    },
    describe: () => ({
      runs: [...runs].map(([connection, { pacer, sent }]) => {
        const { rate, withheld } = pacer
        return { connection, rate, sent, withheld }
      }),
    }),
    setRate(connections, rate) {
      const selected = connections.flatMap(({ id }) => runs.get(id) ?? [])
      for (const { pacer } of selected) pacer.setRate(rate)
      return selected.length
    },
  }
}
