import type { Environment } from '@tautline/core'
import {
  type FakeRequest,
  type FakeWebSocket,
  createFakeFetch,
  createFakeWebSocket,
} from '@tautline/core/testing'

/**
 * What happens to the connections of one transport. `deaf`: they open, and then nothing gets through. `unproved`: a
 * WebSocket that delivers messages 100 ms late, and replies to no ping.
 */
export type Network = 'works' | 'refused' | 'silent' | 'deaf' | 'unproved'
export type TransportName = 'web-socket' | 'event-source' | 'long-poll'

/** One message of the log. */
export interface Entry {
  readonly seq: number
  readonly text: string
}

/** One attempt of a transport, as the server sees it. */
interface Client {
  readonly transport: TransportName
  readonly user: string
  /** The number of the last message that it has. */
  last: number
  readonly isOpen: () => boolean
  deliver(entries: readonly Entry[]): void
  /** Ends it from the server. */
  cut(): void
}

/** A server that delivers one log of numbered messages for each user, over three transports. */
export interface LogServer {
  /** How each transport behaves from now on. */
  readonly network: Record<TransportName, Network>
  /** The transports in the order in which the page has tried them, with their cursors: 'web-socket', 'long-poll 7'. */
  readonly attempts: readonly string[]
  /** What was sent over WebSockets, without pings. */
  readonly received: readonly unknown[]
  /** The URLs of the sockets and requests that neither side has ended. */
  readonly unfinished: readonly string[]
  /** The transports of the running clients. */
  readonly running: readonly TransportName[]
  /** Returns an environment whose network ends at this server. */
  environmentOf(environment: Partial<Environment>): Partial<Environment>
  /** Adds a message to the log of a user. */
  publish(text: string, user?: string): void
  /** Adds a message that no transport can deliver. */
  forget(text: string, user?: string): void
  /** Ends all connections of a transport. */
  cut(transport: TransportName): void
  reset(): void
}

const ALL_WORK = { 'web-socket': 'works', 'event-source': 'works', 'long-poll': 'works' } as const

export function createLogServer(): LogServer {
  const network: Record<TransportName, Network> = { ...ALL_WORK }
  const attempts: string[] = []
  const received: unknown[] = []
  const logs = new Map<string, Entry[]>()
  /** Messages that are missing in the log. */
  const forgotten = new WeakSet<object>()
  const clients: Client[] = []
  let setTimer: Environment['setTimeout'] | undefined
  const logOf = (user: string) => {
    const log = logs.get(user) ?? []
    logs.set(user, log)
    return log
  }
  const { WebSocket: FakeSocket, sockets } = createFakeWebSocket()
  const { fetch: fakeFetch, requests } = createFakeFetch()
  /** Responses that the server has ended, and everything of earlier tests. */
  const ended = new WeakSet<object>()
  const isRunning = (request: FakeRequest) => !request.cancelled && !ended.has(request)
  const endRequest = (request: FakeRequest, how: 'end' | 'fail') => {
    ended.add(request)
    request[how]()
  }

  function deliverTo(client: Client): void {
    const entries = logOf(client.user).filter((entry) => entry.seq > client.last && !forgotten.has(entry))
    if (!client.isOpen() || entries.length === 0) return
    client.last = entries.at(-1)?.seq ?? client.last
    client.deliver(entries)
  }

  /** Notes an attempt, and returns its client if it may open. */
  function begin(
    transport: TransportName,
    url: string,
    cursor: string | null,
    rest: Omit<Client, 'transport' | 'user' | 'last'>,
  ): Client {
    attempts.push(cursor ? `${transport} ${cursor}` : transport)
    const user = new URL(url).searchParams.get('user') ?? ''
    const client: Client = { transport, user, last: Number(cursor), ...rest }
    clients.push(client)
    return client
  }

  function serveSocket(socket: FakeWebSocket): void {
    const cursor = new URL(socket.url).searchParams.get('after')
    const isDeaf = network['web-socket'] === 'deaf'
    const client = begin('web-socket', socket.url, cursor, {
      isOpen: () => socket.readyState === 1 && !isDeaf,
      deliver: (entries) => {
        const receive = () => {
          for (const entry of entries) socket.receive(JSON.stringify(entry))
        }
        if (network['web-socket'] === 'unproved') setTimer?.(receive, 100)
        else receive()
      },
      cut: () => socket.end(1006),
    })
    if (network['web-socket'] === 'silent') return
    if (network['web-socket'] === 'refused') return socket.refuse()
    const { send } = socket
    socket.send = (data) => {
      send(data)
      if (data !== 'ping') received.push(data)
      else if (network['web-socket'] === 'works') queueMicrotask(() => socket.receive('pong'))
    }
    socket.accept()
    deliverTo(client)
  }

  function serveStream(request: FakeRequest): void {
    const client = begin('event-source', request.url, request.headers.get('last-event-id'), {
      isOpen: () => network['event-source'] === 'works' && isRunning(request),
      deliver: (entries) => {
        for (const entry of entries) request.write(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`)
      },
      cut: () => endRequest(request, 'end'),
    })
    if (network['event-source'] === 'silent') return
    if (network['event-source'] === 'refused') return endRequest(request, 'fail')
    request.respond()
    if (network['event-source'] === 'deaf') return
    request.write(': hi\n\n')
    deliverTo(client)
  }

  function servePoll(request: FakeRequest): void {
    const cursor = new URL(request.url).searchParams.get('after')
    const client = begin('long-poll', request.url, cursor, {
      isOpen: () => network['long-poll'] === 'works' && isRunning(request),
      deliver(items) {
        request.respond({ headers: { 'content-type': 'application/json' } })
        request.write(JSON.stringify({ items, next: items.at(-1)?.seq }))
        endRequest(request, 'end')
      },
      cut: () => endRequest(request, 'fail'),
    })
    if (network['long-poll'] === 'refused') return endRequest(request, 'fail')
    deliverTo(client)
  }

  /** A function that returns an object can be called with `new`. */
  function construct(url: string | URL, protocols?: string | string[]) {
    const socket = new FakeSocket(url, protocols)
    const fake = sockets.at(-1)
    queueMicrotask(() => fake && serveSocket(fake))
    return socket
  }

  /** One for each page, because components with different environments share nothing. */
  const environments = new WeakMap<object, Partial<Environment>>()
  const createEnvironment = (environment: Partial<Environment>): Partial<Environment> => ({
    ...environment,
    WebSocket: construct as unknown as typeof WebSocket, // it has what Tautline uses of it
    fetch(url, init) {
      const response = fakeFetch(url, init)
      const request = requests.at(-1)
      queueMicrotask(() => {
        if (request) (request.url.includes('/sse') ? serveStream : servePoll)(request)
      })
      return response
    },
  })

  return {
    network,
    attempts,
    received,
    get unfinished() {
      return [
        ...sockets.filter((socket) => socket.readyState < 2 && !socket.closedWith && !ended.has(socket)),
        ...requests.filter(isRunning),
      ].map(({ url }) => url)
    },
    get running() {
      return clients.filter(({ isOpen }) => isOpen()).map(({ transport }) => transport)
    },
    environmentOf(environment) {
      setTimer = environment.setTimeout
      const known = environments.get(environment) ?? createEnvironment(environment)
      environments.set(environment, known)
      return known
    },
    publish(text, user = '') {
      const log = logOf(user)
      log.push({ seq: log.length + 1, text })
      for (const client of clients) deliverTo(client)
    },
    forget(text, user = '') {
      const log = logOf(user)
      const entry = { seq: log.length + 1, text }
      log.push(entry)
      forgotten.add(entry)
    },
    cut(transport) {
      for (const client of clients) if (client.transport === transport && client.isOpen()) client.cut()
    },
    reset() {
      Object.assign(network, ALL_WORK)
      for (const list of [attempts, received, clients]) list.length = 0
      logs.clear()
      for (const one of [...sockets, ...requests]) ended.add(one)
    },
  }
}
