import { tappedFetch } from '../polling/tapped-fetch.ts'

/** A request as it went out, and what came of it. */
export interface Exchange {
  readonly id: number
  /** Path and query; `cursor` is the end of it where the cursor is, if it is there. */
  readonly target: string
  readonly cursor: string
  /** Those by which it says where it is. */
  readonly headers: readonly string[]
  readonly status: number | undefined
  /** The beginning of the body, as far as it has come. */
  readonly text: string
  readonly state: 'held' | 'whole' | 'broken' | 'given-up'
}

export interface Wire {
  /** The newest first. */
  readonly exchanges: readonly Exchange[]
  /** How many answers broke off. */
  readonly lost: number
}

export interface Recorder {
  readonly fetch: ReturnType<typeof tappedFetch>
  subscribe(listener: () => void): () => void
  getSnapshot(): Wire
}

/** The request under way, the last answer, and the one before. */
const KEPT = 3
/** How many characters of a body are shown. */
const SHOWN = 110

const CONDITIONS = ['if-none-match', 'if-modified-since']

/** Writes down what goes over the line, between the hook and the platform's `fetch`. */
export function createRecorder(): Recorder {
  const listeners = new Set<() => void>()
  let wire: Wire = { exchanges: [], lost: 0 }
  let requests = 0
  const show = (next: Wire): void => {
    wire = next
    for (const listener of listeners) listener()
  }
  const change = (id: number, to: (exchange: Exchange) => Partial<Exchange>): void => {
    const exchanges = wire.exchanges.map((each) => (each.id === id ? { ...each, ...to(each) } : each))
    show({ ...wire, exchanges })
  }
  return {
    fetch: tappedFetch((url, { headers }) => {
      const id = (requests += 1)
      show({ ...wire, exchanges: [exchangeOf(id, url, headers), ...wire.exchanges.slice(0, KEPT - 1)] })
      const decoder = new TextDecoder()
      return {
        answered: (status) => change(id, () => ({ status })),
        chunk(bytes) {
          const more = decoder.decode(bytes, { stream: true })
          change(id, ({ text }) => ({ text: shortened(text + more) }))
        },
        ended(state) {
          change(id, () => ({ state }))
          if (state === 'broken') show({ ...wire, lost: wire.lost + 1 })
        },
      }
    }),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => wire,
  }
}

const shortened = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text)

function exchangeOf(id: number, { pathname, search }: URL, given: HeadersInit | undefined): Exchange {
  const headers = new Headers(given)
  const [, target = '', cursor = ''] =
    /^(.*?)([?&](?:since|offset|index)=[^&]*)?$/.exec(pathname + search) ?? []
  return {
    id,
    target,
    cursor,
    headers: CONDITIONS.filter((name) => headers.has(name)).map((name) => `${name}: ${headers.get(name)}`),
    status: undefined,
    text: '',
    state: 'held',
  }
}

/** The answer in a line. */
export function outcomeOf({ state, status, text }: Exchange): string {
  switch (state) {
    case 'held':
      return 'is held'
    case 'given-up':
      return 'was given up'
    case 'broken':
      return `${[status, text].join(' ').trim()} – broke off`
    case 'whole':
      return `${status} ${text || '(empty)'}`
  }
}
