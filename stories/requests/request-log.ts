import { pageSeconds } from '../ui/page-time.ts'
import { type Store, createStore } from '../ui/store.ts'
import { type Fetch, observedFetch } from './observed-fetch.ts'

/** A request and its response. */
export interface Exchange {
  readonly id: number
  readonly method: string
  /** Path and query. */
  readonly target: string
  /** Whether the request has a validator, such as `If-None-Match`. */
  readonly conditional: boolean
  /** In s since the page was opened. */
  readonly from: number
  readonly to: number | undefined
  /** Undefined until the response arrives. */
  readonly status: number | undefined
  /** Size of the body, decompressed. */
  readonly bytes: number
  readonly state: 'pending' | 'complete' | 'failed' | 'aborted'
}

export interface RequestTotals {
  /** The newest first. */
  readonly exchanges: readonly Exchange[]
  readonly requests: number
  readonly conditional: number
  readonly notModified: number
  readonly bytes: number
}

export interface RequestLog extends Store<RequestTotals> {
  /** For `environment.fetch`. */
  readonly fetch: Fetch
  /** Sets all counts to 0; the list stays. */
  reset(): void
}

const noCounts = { requests: 0, conditional: 0, notModified: 0, bytes: 0 }

const MAX_EXCHANGES = 60
const VALIDATORS = ['if-none-match', 'if-modified-since', 'if-match']

function exchangeOf(
  id: number,
  { pathname, search }: URL,
  { method = 'GET', headers }: RequestInit,
): Exchange {
  const sent = new Headers(headers)
  const conditional = VALIDATORS.some((name) => sent.has(name))
  const target = decodeURIComponent(pathname + search)
  const times = { from: pageSeconds(), to: undefined }
  return { id, method, target, conditional, ...times, status: undefined, bytes: 0, state: 'pending' }
}

/** Records the requests of the hooks. It sends them by `send`, which is the platform's `fetch` by default. */
export function createRequestLog(send?: Fetch): RequestLog {
  const { set, subscribe, getSnapshot } = createStore<RequestTotals>({ exchanges: [], ...noCounts })
  let lastId = 0
  const change = (id: number, update: (exchange: Exchange) => Partial<Exchange>): void =>
    set((totals) => ({
      ...totals,
      exchanges: totals.exchanges.map((each) => (each.id === id ? { ...each, ...update(each) } : each)),
    }))
  return {
    fetch: observedFetch((url, init) => {
      const exchange = exchangeOf((lastId += 1), url, init)
      const { id } = exchange
      set((totals) => ({
        ...totals,
        requests: totals.requests + 1,
        conditional: totals.conditional + (exchange.conditional ? 1 : 0),
        exchanges: [exchange, ...totals.exchanges.slice(0, MAX_EXCHANGES - 1)],
      }))
      return {
        onResponse(status) {
          if (status === 304) set((totals) => ({ ...totals, notModified: totals.notModified + 1 }))
          change(id, () => ({ status }))
        },
        onChunk({ byteLength }) {
          set((totals) => ({ ...totals, bytes: totals.bytes + byteLength }))
          change(id, ({ bytes }) => ({ bytes: bytes + byteLength }))
        },
        atEnd: (state) => change(id, () => ({ state, to: pageSeconds() })),
      }
    }, send),
    subscribe,
    getSnapshot,
    reset: () => set(({ exchanges }) => ({ exchanges, ...noCounts })),
  }
}
