import { type Fetch, observedFetch } from '../requests/observed-fetch.ts'
import { pageSeconds } from '../ui/page-time.ts'
import { type Store, createStore } from '../ui/store.ts'

/** The duration of a request, in s since the page was opened. */
export interface Span {
  readonly id: number
  readonly from: number
  readonly to: number | undefined
}

/** Messages that arrived together. */
export interface Arrival {
  readonly id: number
  readonly at: number
  readonly messages: number
}

export interface Reading {
  readonly requests: number
  /** Size of all bodies, decompressed. */
  readonly bytes: number
  readonly messages: number
  /** The time from publishing to arrival, in ms. */
  readonly latest: number | undefined
  readonly median: number | undefined
  /** The latest ones, oldest first. */
  readonly spans: readonly Span[]
  readonly arrivals: readonly Arrival[]
}

export interface Meter extends Store<Reading> {
  readonly fetch: Fetch
  /** A message has arrived that was published at that time, in ms since 1970. */
  messageArrived(publishedAt: number): void
  /** Sets all counts to 0; the drawing stays. */
  reset(): void
}

const noCounts = { requests: 0, bytes: 0, messages: 0, latest: undefined, median: undefined }

/** The number of messages for the median, and of requests and arrivals in the drawing. */
const LIMIT = 300

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)]
}

/** Measures the requests of one reader, and how late its messages arrive. */
export function createMeter(): Meter {
  const { set, subscribe, getSnapshot } = createStore<Reading>({ ...noCounts, spans: [], arrivals: [] })
  let delays: readonly number[] = []
  let lastId = 0
  return {
    fetch: observedFetch(() => {
      const id = (lastId += 1)
      const span: Span = { id, from: pageSeconds(), to: undefined }
      set((reading) => ({
        ...reading,
        requests: reading.requests + 1,
        spans: [...reading.spans.slice(1 - LIMIT), span],
      }))
      return {
        onChunk: ({ byteLength }) => set((reading) => ({ ...reading, bytes: reading.bytes + byteLength })),
        atEnd() {
          const to = pageSeconds()
          set((reading) => ({
            ...reading,
            spans: reading.spans.map((each) => (each.id === id ? { ...each, to } : each)),
          }))
        },
      }
    }),
    messageArrived(publishedAt) {
      const latest = Math.max(0, Date.now() - publishedAt)
      delays = [...delays.slice(1 - LIMIT), latest]
      set((reading) => ({
        ...reading,
        messages: reading.messages + 1,
        latest,
        median: medianOf(delays),
        arrivals: arrivalsAfter(reading),
      }))
    },
    reset() {
      delays = []
      set(({ spans, arrivals }) => ({ ...noCounts, spans, arrivals }))
    },
    subscribe,
    getSnapshot,
  }
}

/** Messages within this time are one arrival, in s, so that a burst is drawn as one mark. */
const BURST_SECONDS = 0.03

function arrivalsAfter({ arrivals }: Reading): readonly Arrival[] {
  const at = pageSeconds()
  const last = arrivals.at(-1)
  if (last === undefined || at - last.at > BURST_SECONDS)
    return [...arrivals.slice(1 - LIMIT), { id: (last?.id ?? 0) + 1, at, messages: 1 }]
  return [...arrivals.slice(0, -1), { ...last, messages: last.messages + 1 }]
}
