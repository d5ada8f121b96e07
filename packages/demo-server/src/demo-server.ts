import { createServer } from 'node:http'
import { type Socket } from 'node:net'
import { type ConnectionView } from './connection.ts'
import { createConnections, type Totals } from './connections.ts'
import { connectionRoutes } from './control/connections.ts'
import { faultRoutes } from './control/faults.ts'
import { proxyRoutes } from './control/proxy.ts'
import { tokenRoutes } from './control/tokens.ts'
import { type Endpoint } from './endpoint.ts'
import { createChat } from './endpoints/chat.ts'
import { createCounted } from './endpoints/counted.ts'
import { createEcho } from './endpoints/echo.ts'
import { createPrivate } from './endpoints/private.ts'
import { createProtocols } from './endpoints/protocols.ts'
import { createTicker } from './endpoints/ticker.ts'
import { createEventLog, type EventLog } from './event-log.ts'
import { type FaultRule, readFaultRule, type SettledFaultRule } from './faults.ts'
import { createHttpRouter, type Route } from './http-router.ts'
import { fieldsOf } from './input.ts'
import { closeServer, listen, portOf, type WhenTaken } from './listen.ts'
import { type FaultProxy, startFaultProxy } from './proxy/fault-proxy.ts'
import { createRuleBook, type StandingRule } from './rule-book.ts'
import { createTokens } from './tokens.ts'
import { type Attempt, createUpgradeRouter } from './upgrade.ts'

export interface DemoServerOptions {
  /** 0 is any free one. @default 0 */
  readonly port?: number
  /** @default 0 */
  readonly proxyPort?: number
  /** A loopback address. @default '127.0.0.1' */
  readonly host?: string
  /** @default 'fail' */
  readonly whenTaken?: WhenTaken
}

/** What `GET /control/state` says. */
export interface ServerState {
  readonly connections: readonly ConnectionView[]
  readonly totals: Totals
  /** The latest WebSocket handshakes, oldest first. */
  readonly attempts: readonly Attempt[]
  readonly faults: readonly StandingRule<SettledFaultRule>[]
  /** What the endpoints know, by their names: the rooms of `chat`, the streams of `counted`. */
  readonly endpoints: Readonly<Record<string, object>>
}

export interface DemoServer {
  /** Such as `http://127.0.0.1:4400`. */
  readonly url: string
  /** The same server, reached through the proxy that breaks connections. */
  readonly proxyUrl: string
  readonly proxy: FaultProxy
  /** The faults that the server itself commits. */
  readonly faults: {
    /** @throws Problem when the rule makes no sense. */
    add(rule: FaultRule): StandingRule<SettledFaultRule>
    list(): readonly StandingRule<SettledFaultRule>[]
    clear(): number
  }
  /** Every WebSocket handshake, and what became of it. */
  readonly attempts: EventLog<Attempt>
  state(): ServerState
  /** Ends every connection, and leaves neither a socket nor a timer behind. */
  close(): Promise<void>
}

const LATEST_ATTEMPTS = 200

const urlAt = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`

function describe(endpoints: readonly Endpoint[]): Record<string, object> {
  return Object.fromEntries(
    endpoints.flatMap(({ name, describe: tell }) => (tell === undefined ? [] : [[name, tell()] as const])),
  )
}

/** What answers, once it is known where the proxy listens. */
function assemble(proxy: FaultProxy) {
  const connections = createConnections()
  const faults = createRuleBook<SettledFaultRule>('f')
  const attempts = createEventLog<Attempt>()
  const tokens = createTokens()
  const ticker = createTicker()
  const endpoints: readonly Endpoint[] = [
    createChat(),
    createEcho(),
    ticker,
    createProtocols(),
    createPrivate(tokens),
    createCounted(),
  ]
  const state = (): ServerState => ({
    connections: connections.views(),
    totals: connections.totals(),
    attempts: attempts.entries.slice(-LATEST_ATTEMPTS),
    faults: faults.list(),
    endpoints: describe(endpoints),
  })
  const routes: readonly Route[] = [
    { method: 'GET', path: '/health', handle: ({ json }) => json({ status: 'ok' }) },
    { method: 'GET', path: '/control/state', handle: ({ json }) => json(state()) },
    ...faultRoutes(faults),
    ...connectionRoutes(connections, ticker),
    ...tokenRoutes(tokens),
    ...proxyRoutes(proxy),
  ]
  const answer = createHttpRouter(
    routes,
    endpoints.map(({ path }) => path),
  )
  const upgrade = createUpgradeRouter({ endpoints, connections, faults, attempts })
  return { answer, upgrade, faults, attempts, state }
}

/** The server of the stories and the tests, and the proxy before it. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const { port = 0, proxyPort = 0, host = '127.0.0.1', whenTaken = 'fail' } = options
  const server = createServer({ noDelay: true })
  // The proxy comes first, because the control routes need it; it asks for the server's port only when it dials.
  const target = {
    host,
    get port() {
      return portOf(server)
    },
  }
  const proxy = await startFaultProxy({ target, host, port: proxyPort, whenTaken })
  const { answer, upgrade, faults, attempts, state } = assemble(proxy)
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', answer)
  server.on('upgrade', upgrade)
  try {
    await listen(server, { host, port, whenTaken })
  } catch (error) {
    await proxy.close()
    throw error
  }

  return {
    url: urlAt(host, portOf(server)),
    proxyUrl: urlAt(host, proxy.port),
    proxy,
    faults: { ...faults, add: (rule) => faults.add(readFaultRule(fieldsOf(rule))) },
    attempts,
    state,
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all([closeServer(server), proxy.close()])
    },
  }
}
