import { type Fetch, tappedFetch } from '../polling/tapped-fetch.ts'

/** A request as it went out, and what came of it. */
export interface Exchange {
  readonly id: number
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** It says what is known already: `If-None-Match` and the like. */
  readonly conditional: boolean
  /** In s since the page was opened. */
  readonly from: number
  readonly to: number | undefined
  /** Undefined while there is no answer. */
  readonly status: number | undefined
  /** Of the body, unpacked. */
  readonly bytes: number
  readonly state: 'asking' | 'whole' | 'broken' | 'given-up'
}

export interface Wire {
  /** The newest first. */
  readonly exchanges: readonly Exchange[]
  readonly requests: number
  readonly conditional: number
  readonly notModified: number
  readonly bytes: number
}

export interface WireLog {
  /** For `environment.fetch`. */
  readonly fetch: Fetch
  subscribe(listener: () => void): () => void
  getSnapshot(): Wire
  /** All counts begin at 0 again. */
  restart(): void
}

const nothing: Wire = { exchanges: [], requests: 0, conditional: 0, notModified: 0, bytes: 0 }

const KEPT = 60
const CONDITIONS = ['if-none-match', 'if-modified-since', 'if-match']

export const seconds = (): number => performance.now() / 1000

function exchangeOf(
  id: number,
  { pathname, search }: URL,
  { method = 'GET', headers }: RequestInit,
): Exchange {
  const given = new Headers(headers)
  const conditional = CONDITIONS.some((name) => given.has(name))
  const target = decodeURIComponent(pathname + search)
  const times = { from: seconds(), to: undefined }
  return { id, method, target, conditional, ...times, status: undefined, bytes: 0, state: 'asking' }
}

/** Writes down what goes over the line, between the hooks and `send`: the platform's `fetch`, or what stands in for it. */
export function createWireLog(send?: Fetch): WireLog {
  const listeners = new Set<() => void>()
  let wire = nothing
  let made = 0
  const show = (change: Partial<Wire>): void => {
    wire = { ...wire, ...change }
    for (const listener of listeners) listener()
  }
  const change = (
    id: number,
    to: (exchange: Exchange) => Partial<Exchange>,
    counts?: Partial<Wire>,
  ): void => {
    const exchanges = wire.exchanges.map((each) => (each.id === id ? { ...each, ...to(each) } : each))
    show({ ...counts, exchanges })
  }
  return {
    fetch: tappedFetch((url, init) => {
      const exchange = exchangeOf((made += 1), url, init)
      const { id } = exchange
      show({
        requests: wire.requests + 1,
        conditional: wire.conditional + (exchange.conditional ? 1 : 0),
        exchanges: [exchange, ...wire.exchanges.slice(0, KEPT - 1)],
      })
      return {
        answered: (status) =>
          change(id, () => ({ status }), { notModified: wire.notModified + (status === 304 ? 1 : 0) }),
        chunk: ({ byteLength }) =>
          change(id, ({ bytes }) => ({ bytes: bytes + byteLength }), { bytes: wire.bytes + byteLength }),
        ended: (state) => change(id, () => ({ state, to: seconds() })),
      }
    }, send),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => wire,
    // What is shown stays.
    restart: () => show({ ...nothing, exchanges: wire.exchanges }),
  }
}
