import { createEventLog, type EventLog } from './event-log.ts'
import { type ResponseEnd, type HttpRequest, type HttpResponse, onResponseEnd } from './http.ts'

export interface RequestCounts {
  readonly requests: number
  /** Requests with `If-None-Match`, `If-Modified-Since`, `If-Match` or `If-Unmodified-Since`. */
  readonly conditional: number
  /** Requests with the response 304. */
  readonly notModified: number
  /** Requests whose client disconnected before the response was complete. */
  readonly aborted: number
  /** Requests that have not ended. */
  readonly inFlight: number
}

export interface PathCounts extends RequestCounts {
  readonly method: string
  /** The path without the query. */
  readonly path: string
}

/** An event of a request. */
export interface RequestEvent {
  readonly at: number
  /** The number of the request, from 1. */
  readonly request: number
  readonly type: 'arrived' | ResponseEnd
  readonly method: string
  /** Path and query of the request. */
  readonly target: string
  readonly conditional: boolean
  /** The status of the response; 0 without a response. */
  readonly status: number
}

/** All HTTP requests except preflights and those for `/control/…`. */
export interface Requests {
  readonly log: EventLog<RequestEvent>
  /** @param match The beginning of path and query. Without it, all requests count. */
  counts(match?: string): RequestCounts
  /** The counts for each method and path, in the order of their first requests. */
  paths(match?: string): readonly PathCounts[]
  /** Resets the counts. Returns the number of requests counted so far. */
  forget(): number
}

export interface RequestCounter extends Requests {
  follow(request: HttpRequest, response: HttpResponse): void
}

type Counter = { -readonly [Name in keyof RequestCounts]: number }

interface Entry {
  readonly method: string
  readonly target: string
  readonly counter: Counter
}

/** Clients choose the targets, and must not be able to fill the memory. Above this limit the oldest target is forgotten. */
const MAX_TARGETS = 5_000
/** Of a longer target, only this number of characters is used. */
const MAX_TARGET = 500

const CONDITIONS = ['if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since']

const createCounter = (): Counter => ({
  requests: 0,
  conditional: 0,
  notModified: 0,
  aborted: 0,
  inFlight: 0,
})

function sum(entries: readonly Entry[]): RequestCounts {
  const total = createCounter()
  for (const { counter } of entries) {
    total.requests += counter.requests
    total.conditional += counter.conditional
    total.notModified += counter.notModified
    total.aborted += counter.aborted
    total.inFlight += counter.inFlight
  }
  return total
}

const pathOf = (target: string): string => target.split('?', 1)[0] ?? target

function isCounted({ method, url }: HttpRequest): boolean {
  return method !== 'OPTIONS' && !(url ?? '/').startsWith('/control/')
}

function createEntries() {
  const entries = new Map<string, Entry>()
  return {
    of(method: string, target: string): Counter {
      const name = `${method} ${target}`
      const known = entries.get(name)
      if (known !== undefined) return known.counter
      const [oldest] = entries.keys()
      if (oldest !== undefined && entries.size >= MAX_TARGETS) entries.delete(oldest)
      const counter = createCounter()
      entries.set(name, { method, target, counter })
      return counter
    },
    matching: (match: string) => [...entries.values()].filter(({ target }) => target.startsWith(match)),
    clear: () => entries.clear(),
  }
}

export function createRequestCounter(): RequestCounter {
  const entries = createEntries()
  const log = createEventLog<RequestEvent>()
  let arrived = 0

  function paths(match = ''): readonly PathCounts[] {
    const groups = new Map<string, { method: string; path: string; entries: Entry[] }>()
    for (const entry of entries.matching(match)) {
      const path = pathOf(entry.target)
      const name = `${entry.method} ${path}`
      const group = groups.get(name) ?? { method: entry.method, path, entries: [] }
      group.entries.push(entry)
      groups.set(name, group)
    }
    return [...groups.values()].map(({ method, path, entries }) => ({ method, path, ...sum(entries) }))
  }

  return {
    log,
    counts: (match = '') => sum(entries.matching(match)),
    paths,
    forget() {
      const { requests } = sum(entries.matching(''))
      entries.clear()
      return requests
    },
    follow(request, response) {
      if (!isCounted(request)) return
      const { method = '', url: target = '/', headers } = request
      const conditional = CONDITIONS.some((name) => headers[name] !== undefined)
      const counter = entries.of(method, target.slice(0, MAX_TARGET))
      const ordinal = (arrived += 1)
      const note = (type: RequestEvent['type'], status: number): void =>
        log.add({ at: Date.now(), request: ordinal, type, method, target, conditional, status })
      counter.requests += 1
      counter.inFlight += 1
      if (conditional) counter.conditional += 1
      note('arrived', 0)
      onResponseEnd(response, (end) => {
        const status = response.headersSent ? response.statusCode : 0
        counter.inFlight -= 1
        if (status === 304) counter.notModified += 1
        if (end === 'aborted') counter.aborted += 1
        note(end, status)
      })
    },
  }
}
