import { createBoundedMap } from '../bounded-map.ts'
import { type Connection } from '../connection.ts'
import { commandOf } from '../inbox.ts'
import { type Endpoint } from '../endpoint.ts'
import { createPacer } from '../pacer.ts'
import { Problem } from '../problem.ts'
import { HIGH_WATER } from './ticker.ts'

/** The state of one numbered stream, over all connections that read it. */
interface Stream {
  /** Messages handed to sockets, repeated ones included. */
  handed: number
  /** The highest number that was handed to a socket. */
  highest: number
  /** The highest number that a client has acknowledged. The server considers all messages up to here delivered. */
  acked: number
  /** The number of connections so far. */
  connections: number
  live: number
}

const MAX_NUMBER = 1_000_000_000

interface CountedOptions {
  readonly from: number
  readonly last: number
  readonly rate: number
}

function serve(connection: Connection, stream: Stream, { from, last, rate }: CountedOptions): void {
  let n = from
  const pacer = createPacer({
    rate,
    ready: () => connection.bufferedAmount < HIGH_WATER,
    batch: connection.batch,
    emit() {
      if (n >= last) {
        connection.sendJson({ type: 'end', last })
        return false
      }
      if (!connection.sendJson({ n: n + 1 })) return false
      n += 1
      stream.handed += 1
      stream.highest = Math.max(stream.highest, n)
      return true
    },
  })
  connection.onMessage((message) => {
    const command = commandOf(message)
    const ack = command.integer('ack', { min: 0, max: MAX_NUMBER })
    command.nothingElse()
    if (ack > stream.highest) {
      throw new Problem(400, 'bad-input', `Only ${stream.highest} messages have been sent`, 'ack')
    }
    stream.acked = Math.max(stream.acked, ack)
  })
  stream.connections += 1
  stream.live += 1
  connection.onClosed(() => {
    pacer.stop()
    stream.live -= 1
  })
}

/**
 * Sends numbered messages and counts the delivered ones: `?stream=a&from=0&last=10000&rate=5000`. The messages are `{ n }` with
 * n = from + 1, from + 2 and so on. The client acknowledges with `{ ack: n }`. After the last one follows `{ type: 'end', last }`.
 */
export function createCounted(): Endpoint {
  const streams = createBoundedMap<Stream>({
    limit: 1_000,
    create: () => ({ handed: 0, highest: 0, acked: 0, connections: 0, live: 0 }),
    inUse: (stream) => stream.live > 0,
  })

  return {
    name: 'counted',
    path: '/counted',
    admit({ parameters }) {
      const name = parameters.text('stream', { min: 1, max: 100 }, 'default')
      const options = {
        from: parameters.integer('from', { min: 0, max: MAX_NUMBER }, 0),
        last: parameters.integer('last', { min: 0, max: MAX_NUMBER }, MAX_NUMBER),
        rate: parameters.integer('rate', { min: 0, max: 20_000 }, 100),
      }
      return {
        connected: (connection) => serve(connection, streams.of(name), options),
      }
    },
    describe: () => ({ streams: Object.fromEntries(streams.entries()) }),
  }
}
