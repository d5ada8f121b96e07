import { tappedFetch } from './tapped-fetch.ts'

/** A request from its beginning to its end, in s since the page was opened. */
export interface Span {
  readonly id: number
  readonly from: number
  readonly to: number | undefined
}

/** Messages that came together. */
export interface Arrival {
  readonly id: number
  readonly at: number
  readonly messages: number
}

export interface Reading {
  readonly requests: number
  /** Of bodies, unpacked. */
  readonly bytes: number
  readonly messages: number
  /** From publishing to arrival, in ms. */
  readonly latest: number | undefined
  readonly median: number | undefined
  /** The newest, oldest first. */
  readonly spans: readonly Span[]
  readonly arrivals: readonly Arrival[]
}

export interface Meter {
  readonly fetch: ReturnType<typeof tappedFetch>
  /** A message has come that was published then, in ms since 1970. */
  arrived(published: number): void
  /** All counts begin at 0 again. */
  restart(): void
  subscribe(listener: () => void): () => void
  getSnapshot(): Reading
}

const nothing: Reading = {
  requests: 0,
  bytes: 0,
  messages: 0,
  latest: undefined,
  median: undefined,
  spans: [],
  arrivals: [],
}

/** Of how many messages the median is, and how many requests and arrivals are kept to be drawn. */
const KEPT = 300

export const seconds = (): number => performance.now() / 1000

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Counts what one reader costs, and how long its messages take; between the hook and the platform's `fetch`. */
export function createMeter(): Meter {
  const listeners = new Set<() => void>()
  let reading = nothing
  let delays: readonly number[] = []
  let asked = 0
  const change = (changed: Partial<Reading>): void => {
    reading = { ...reading, ...changed }
    for (const listener of listeners) listener()
  }
  return {
    fetch: tappedFetch(() => {
      const id = (asked += 1)
      const span: Span = { id, from: seconds(), to: undefined }
      change({ requests: reading.requests + 1, spans: [...reading.spans.slice(1 - KEPT), span] })
      return {
        chunk: ({ byteLength }) => change({ bytes: reading.bytes + byteLength }),
        ended() {
          const to = seconds()
          change({ spans: reading.spans.map((each) => (each.id === id ? { ...each, to } : each)) })
        },
      }
    }),
    arrived(published) {
      const latest = Math.max(0, Date.now() - published)
      delays = [...delays.slice(1 - KEPT), latest]
      const messages = reading.messages + 1
      change({ messages, latest, median: medianOf(delays), arrivals: arrivalsAfter(reading) })
    },
    restart() {
      delays = []
      // What is drawn stays.
      const { spans, arrivals } = reading
      change({ ...nothing, spans, arrivals })
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => reading,
  }
}

/** Closer together than this, in s, is one arrival: a burst is drawn as one. */
const TOGETHER = 0.03

function arrivalsAfter({ arrivals }: Reading): readonly Arrival[] {
  const at = seconds()
  const last = arrivals.at(-1)
  if (last === undefined || at - last.at > TOGETHER)
    return [...arrivals.slice(1 - KEPT), { id: (last?.id ?? 0) + 1, at, messages: 1 }]
  return [...arrivals.slice(0, -1), { ...last, messages: last.messages + 1 }]
}
