import type * as core from '../../src/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'

type Core = typeof core
type Create = (options: object) => { open?(): void; subscribe(listener: () => void): () => void }

/** `number`: 0 or more. `positive`: more than 0. */
type Range = 'number' | 'positive'

/** The numeric options of every hook and of what is passed to it, by path. */
const RANGES: Readonly<Record<string, Readonly<Record<string, Range>>>> = {
  createWebSocket: {
    closeDelay: 'number',
    'retry.limit': 'number',
    'timeout.connect': 'number',
    'outbox.messages': 'number',
    'outbox.bytes': 'number',
    highWaterMark: 'number',
  },
  pings: { interval: 'positive', timeout: 'number' },
  silence: { timeout: 'positive' },
  createEventSource: {
    closeDelay: 'number',
    'retry.limit': 'number',
    'timeout.connect': 'number',
    maxEventLength: 'positive',
  },
  createLongPoll: {
    closeDelay: 'number',
    'retry.limit': 'number',
    'timeout.connect': 'number',
    'timeout.request': 'number',
    interval: 'positive',
    minGap: 'number',
    maxBodyBytes: 'positive',
    'pause.hidden': 'number',
  },
  createFetch: {
    'retry.limit': 'number',
    'timeout.connect': 'number',
    'timeout.request': 'number',
    maxAge: 'number',
    staleWhileRevalidate: 'number',
    refetchInterval: 'number',
    maxBodyBytes: 'positive',
  },
  createFetchPages: { maxPages: 'positive', refetchInterval: 'number', maxBodyBytes: 'positive' },
  createConnection: {
    closeDelay: 'number',
    'retry.limit': 'number',
    'timeout.connect': 'number',
    'outbox.messages': 'number',
    'outbox.bytes': 'number',
    highWaterMark: 'number',
    fallbackAfter: 'positive',
    'upgrade.after': 'positive',
    'upgrade.cap': 'positive',
  },
  eventSource: { maxEventLength: 'positive' },
  longPoll: { minGap: 'number', 'timeout.request': 'number', maxBodyBytes: 'positive' },
  shortPoll: { interval: 'positive', 'timeout.request': 'number', maxBodyBytes: 'positive' },
  nchan: { interval: 'positive' },
  post: { 'retry.limit': 'number' },
}

const createOf = (all: Core): Readonly<Record<keyof typeof RANGES, Create>> => {
  const connect = (options: object, ...transports: readonly core.TransportOption[]) =>
    all.createConnection(transports, { remember: false, ...options } as object)
  const split = ({ environment, ...options }: { environment?: TestEnvironment }) =>
    [options, { environment }] as const
  return {
    createWebSocket: (options) => all.createWebSocket('/a', options),
    pings(given) {
      const [options, rest] = split(given)
      return all.createWebSocket('/a', { ...rest, heartbeat: all.pings(options) })
    },
    silence(given) {
      const [options, rest] = split(given)
      return all.createEventSource('/a', { ...rest, heartbeat: all.silence(options) })
    },
    createEventSource: (options) => all.createEventSource('/a', options),
    createLongPoll: (options) => all.createLongPoll('/a', options),
    createFetch: (options) => all.createFetch('/a', options),
    createFetchPages: (options) => all.createFetchPages('/a', { next: () => '/b', ...options }),
    createConnection: (options) =>
      connect(options, all.webSocket('/a'), all.eventSource('/b'), all.longPoll('/c')),
    eventSource(given) {
      const [options, rest] = split(given)
      return connect(rest, all.eventSource('/a', options))
    },
    longPoll(given) {
      const [options, rest] = split(given)
      return connect(rest, all.longPoll('/a', options))
    },
    shortPoll(given) {
      const [options, rest] = split(given)
      return connect(rest, all.shortPoll('/a', options))
    },
    nchan(given) {
      const [options, rest] = split(given)
      return connect(rest, ...all.nchan('/a', { poll: '/b', ...options }).slice(3))
    },
    post(given) {
      const [options, rest] = split(given)
      return connect({ ...rest, upstream: all.post('/b', options) }, all.eventSource('/a'))
    },
  }
}

/** Time for the server to respond, in ms. */
const RESPONSE_MS = 50

const VALUES = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.MIN_VALUE, 1e300, '5', '', null] as const

/** One case: an option and its value, and whether it has to be refused. */
export interface NumericCase {
  readonly name: string
  readonly path: string
  readonly value: unknown
  readonly isRefused: boolean
  /** The most requests, connections and pings in ten seconds. */
  readonly limit: number
}

const isRefused = (value: unknown, range: Range) =>
  typeof value !== 'number' || !(range === 'positive' ? value > 0 : value >= 0)

/** Every numeric option with every value. A page limit is at least 1. */
export const numericCases: readonly NumericCase[] = Object.entries(RANGES).flatMap(([name, paths]) =>
  Object.entries(paths).flatMap(([path, range]) =>
    VALUES.map((value) => ({
      name,
      path,
      value,
      isRefused: isRefused(value, range) || (path === 'maxPages' && value === Number.MIN_VALUE),
      // Without a pause, a poll waits at least for the response to the one before.
      limit: /^(interval|minGap)$/.test(path) && Number(value) < 1 ? 10_000 / RESPONSE_MS : 60,
    })),
  ),
)

/** Responds to everything that is open, and ends it: a server that holds nothing. */
function serve({ requests, sockets }: TestEnvironment, served: Set<unknown>): void {
  for (const request of requests) {
    if (served.has(request)) continue
    served.add(request)
    if (request.aborted) continue
    const isStream = request.headers.get('accept')?.includes('event-stream')
    request.respond(isStream ? {} : { headers: { 'content-type': 'application/json' } })
    request.write(isStream ? 'data: x\n\n' : '{}')
    request.end()
  }
  for (const socket of sockets) {
    if (served.has(socket)) continue
    served.add(socket)
    socket.accept()
    socket.receive('x')
    if (sockets.length % 2 === 0) socket.end(1006)
  }
}

/**
 * Creates a client with the option, and lets it run for ten seconds.
 *
 * @returns the code of the error with which the option was refused, or how many requests, connections and pings it made
 */
export async function runNumericCase(
  all: Core,
  { name, path, value }: NumericCase,
): Promise<string | number> {
  const environment = createTestEnvironment()
  const options = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object
  let client: ReturnType<Create>
  try {
    const create = createOf(all)[name]
    if (!create) throw new Error(name)
    client = create({ environment, ...options })
  } catch (error) {
    return String(Object(error).code)
  }
  const stop = client.subscribe(() => {})
  const served = new Set<unknown>()
  for (let turn = 0; turn < 10_000 / RESPONSE_MS; turn++) {
    await environment.advance(RESPONSE_MS)
    serve(environment, served)
  }
  stop()
  const pings = environment.sockets.reduce((count, { sent }) => count + sent.length, 0)
  return environment.requests.length + environment.sockets.length + pings
}
