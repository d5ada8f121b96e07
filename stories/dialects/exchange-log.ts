import { type Fetch, observedFetch } from '../requests/observed-fetch.ts'
import { type Store, createStore } from '../ui/store.ts'

/** A request and its response. */
export interface Exchange {
  readonly id: number
  /** Path and query, without the cursor. */
  readonly target: string
  /** The parameter with the cursor, if the query has one. */
  readonly cursor: string
  /** The headers that contain the cursor. */
  readonly headers: readonly string[]
  readonly status: number | undefined
  /** The beginning of the body, as far as it was received. */
  readonly text: string
  readonly state: 'pending' | 'complete' | 'failed' | 'aborted'
}

export interface Exchanges {
  /** The newest first. */
  readonly latest: readonly Exchange[]
  /** Number of responses that broke off. */
  readonly cut: number
}

export interface ExchangeLog extends Store<Exchanges> {
  readonly fetch: Fetch
}

/** The pending request, and the two before it. */
const MAX_EXCHANGES = 3
/** How many characters of a body are shown. */
const MAX_TEXT = 110

const VALIDATORS = ['if-none-match', 'if-modified-since']

/** Records the requests of a hook and their responses. */
export function createExchangeLog(): ExchangeLog {
  const { set, subscribe, getSnapshot } = createStore<Exchanges>({ latest: [], cut: 0 })
  let lastId = 0
  const change = (id: number, update: (exchange: Exchange) => Partial<Exchange>): void =>
    set(({ latest, cut }) => ({
      cut,
      latest: latest.map((each) => (each.id === id ? { ...each, ...update(each) } : each)),
    }))
  return {
    fetch: observedFetch((url, { headers }) => {
      const id = (lastId += 1)
      set(({ latest, cut }) => ({
        cut,
        latest: [exchangeOf(id, url, headers), ...latest.slice(0, MAX_EXCHANGES - 1)],
      }))
      const decoder = new TextDecoder()
      return {
        onResponse: (status) => change(id, () => ({ status })),
        onChunk(bytes) {
          const more = decoder.decode(bytes, { stream: true })
          change(id, ({ text }) => ({ text: shorten(text + more) }))
        },
        atEnd(state) {
          change(id, () => ({ state }))
          if (state === 'failed') set(({ latest, cut }) => ({ latest, cut: cut + 1 }))
        },
      }
    }),
    subscribe,
    getSnapshot,
  }
}

const shorten = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text)

function exchangeOf(id: number, { pathname, search }: URL, init: HeadersInit | undefined): Exchange {
  const headers = new Headers(init)
  const [, target = '', cursor = ''] =
    /^(.*?)([?&](?:since|offset|index)=[^&]*)?$/.exec(pathname + search) ?? []
  return {
    id,
    target,
    cursor,
    headers: VALIDATORS.filter((name) => headers.has(name)).map((name) => `${name}: ${headers.get(name)}`),
    status: undefined,
    text: '',
    state: 'pending',
  }
}

/** The response in a line of text. */
export function outcomeOf({ state, status, text }: Exchange): string {
  switch (state) {
    case 'pending':
      return 'pending'
    case 'aborted':
      return 'aborted'
    case 'failed':
      return `${[status, text].join(' ').trim()} – broke off`
    case 'complete':
      return `${status} ${text || '(empty)'}`
  }
}
