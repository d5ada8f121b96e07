import { createServer } from 'node:http'
import { type Attempt } from './attempts.ts'
import { createCertificate } from './certificate.ts'
import { type ConnectionView } from './connection.ts'
import { createConnections, type Totals } from './connections.ts'
import { accountRoutes } from './control/accounts.ts'
import { connectionRoutes } from './control/connections.ts'
import { faultRoutes } from './control/faults.ts'
import { liveControlRoutes } from './control/live.ts'
import { newsRoutes } from './control/news.ts'
import { pollControlRoutes } from './control/polls.ts'
import { proxyRoutes } from './control/proxy.ts'
import { requestRoutes } from './control/requests.ts'
import { tokenRoutes } from './control/tokens.ts'
import { createCors, type Preflights } from './cors.ts'
import { type Endpoint } from './endpoint.ts'
import { createEndpoints } from './endpoints.ts'
import { createEventLog, type EventLog } from './event-log.ts'
import { type FaultRule, readFaultRule, type SettledFaultRule } from './faults.ts'
import { createHttpRouter, type Route } from './http-router.ts'
import { type HttpRequest, type HttpResponse } from './http.ts'
import { fieldsOf } from './input.ts'
import { liveRoutes } from './live/live-routes.ts'
import { closeServer, followSockets, listen, portOf, type WhenTaken } from './listen.ts'
import { createDialects } from './polls/dialects.ts'
import { pollRoutes } from './polls/poll-routes.ts'
import { createPollService, type Polls, type PollsView } from './polls/polls.ts'
import { type FaultProxy, startFaultProxy } from './proxy/fault-proxy.ts'
import { createRequestCounter, type Requests } from './requests.ts'
import { createRest } from './rest/rest.ts'
import { openUserTable, type UserTable } from './rest/users/user-table.ts'
import { createRuleBook, type StandingRule } from './rule-book.ts'
import { createSecureHttpServer } from './secure-server.ts'
import { type StreamEndpoint } from './streams/stream-endpoint.ts'
import { streamRoutes } from './streams/stream-routes.ts'
import { createUpgradeRouter } from './upgrade.ts'

export interface DemoServerOptions {
  /** 0 picks a free port. @default 0 */
  readonly port?: number
  /** @default 0 */
  readonly proxyPort?: number
  /** The port for HTTP/2 over TLS. @default 0 */
  readonly securePort?: number
  /** A loopback address. @default '127.0.0.1' */
  readonly host?: string
  /** @default 'fail' */
  readonly whenTaken?: WhenTaken
  /** The file that stores the users. The server creates it if necessary. @default ':memory:' */
  readonly database?: string
  /** The source text of the module that `/early-hints` runs. */
  readonly pageScript?: string
}

/** What `GET /control/state` returns. */
export interface ServerState {
  readonly connections: readonly ConnectionView[]
  readonly totals: Totals
  /** The latest WebSocket handshakes and requests for streams, polls and resources, oldest first. */
  readonly attempts: readonly Attempt[]
  readonly faults: readonly StandingRule<SettledFaultRule>[]
  /** The state of the endpoints by name: the rooms of `chat`, the streams of `counted` and `news`, the uploads. */
  readonly endpoints: Readonly<Record<string, object>>
  readonly polls: PollsView
  /** The CORS preflights of browsers. */
  readonly preflights: Preflights
}

export interface DemoServer {
  /** The address of the server, such as `http://127.0.0.1:4400`. */
  readonly url: string
  /** The address of the proxy that breaks connections. It forwards to the same server. */
  readonly proxyUrl: string
  /** The address of the same routes over HTTP/2 and TLS, without WebSockets, such as `https://127.0.0.1:4402`. */
  readonly secureUrl: string
  /** The certificate of `secureUrl`, in PEM. It is created at the start, and clients must trust it. */
  readonly certificate: string
  /** The SHA-256 of the certificate's public key in base64, for Chromium's `--ignore-certificate-errors-spki-list`. */
  readonly certificateSpki: string
  readonly proxy: FaultProxy
  /** The faults of the server itself. */
  readonly faults: {
    /** @throws Problem when the rule is invalid. */
    add(rule: FaultRule): StandingRule<SettledFaultRule>
    list(): readonly StandingRule<SettledFaultRule>[]
    clear(): number
  }
  /** Every WebSocket handshake and every request for a stream, a poll or a resource, with its outcome. */
  readonly attempts: EventLog<Attempt>
  /** The counts and the log of HTTP requests. */
  readonly requests: Requests
  /** The logs that clients poll, and the requests for them. */
  readonly polls: Polls
  state(): ServerState
  /** Ends every connection. Afterwards no socket and no timer remains. */
  close(): Promise<void>
}

const LATEST_ATTEMPTS = 200

/** Large enough for a request to `/raw` with a long body in its query. */
const MAX_HEADER_BYTES = 128 * 1024

const addressAt = (host: string, port: number): string =>
  `//${host.includes(':') ? `[${host}]` : host}:${port}`

function describe(endpoints: readonly (Endpoint | StreamEndpoint)[]): Record<string, object> {
  return Object.fromEntries(
    endpoints.flatMap(({ name, describe: describeEndpoint }) =>
      describeEndpoint === undefined ? [] : [[name, describeEndpoint()] as const],
    ),
  )
}

interface Parts {
  readonly proxy: FaultProxy
  readonly users: UserTable
  readonly pageScript: string | undefined
}

/** Creates the request handlers. The proxy already listens, because the control routes use it. */
function assemble({ proxy, users, pageScript }: Parts) {
  const connections = createConnections()
  const faults = createRuleBook<SettledFaultRule>('f')
  const attempts = createEventLog<Attempt>()
  const cors = createCors()
  const pollService = createPollService()
  const requests = createRequestCounter()
  const { tokens, accounts, ticker, news, live, sockets, streams } = createEndpoints()
  const rest = createRest({ users, tokens, accounts, pageScript, faults, attempts })
  const state = (): ServerState => ({
    connections: connections.views(),
    totals: connections.totals(),
    attempts: attempts.entries.slice(-LATEST_ATTEMPTS),
    faults: faults.list(),
    endpoints: { ...describe([...sockets, ...streams]), ...rest.describe() },
    polls: pollService.view(),
    preflights: cors.preflights(),
  })
  const routes: readonly Route[] = [
    { method: 'GET', path: '/health', handle: ({ json }) => json({ status: 'ok' }) },
    { method: 'GET', path: '/control/state', handle: ({ json }) => json(state()) },
    ...streamRoutes(streams, { faults, attempts }),
    ...pollRoutes(createDialects(pollService.logs), { pollService, tokens, faults, attempts }),
    ...rest.routes,
    ...pollControlRoutes(pollService),
    ...requestRoutes(requests),
    ...faultRoutes(faults),
    ...connectionRoutes(connections, ticker),
    ...tokenRoutes(tokens),
    ...newsRoutes(news),
    ...accountRoutes(accounts),
    ...liveRoutes(live),
    ...liveControlRoutes(live),
    ...proxyRoutes(proxy),
  ]
  const socketPaths = sockets.map(({ path }) => path)
  const route = createHttpRouter(routes, socketPaths, cors)
  const handleRequest = (request: HttpRequest, response: HttpResponse): void => {
    requests.follow(request, response)
    route(request, response)
  }
  const upgrade = createUpgradeRouter({ endpoints: sockets, connections, faults, attempts })
  const { publish, counts, log } = pollService
  const polls = { publish, counts, log }
  return { handleRequest, upgrade, faults, tokens, live, attempts, requests, polls, state }
}

async function start(options: DemoServerOptions, users: UserTable): Promise<DemoServer> {
  const { port = 0, proxyPort = 0, securePort = 0, host = '127.0.0.1', whenTaken = 'fail' } = options
  const certificate = await createCertificate()
  const server = createServer({ noDelay: true, maxHeaderSize: MAX_HEADER_BYTES })
  // The proxy starts first, because the control routes need it. It reads the server's port only when it connects.
  const target = {
    host,
    get port() {
      return portOf(server)
    },
  }
  const proxy = await startFaultProxy({ target, host, port: proxyPort, whenTaken })
  const parts = assemble({ proxy, users, pageScript: options.pageScript })
  const { handleRequest, upgrade, faults, tokens, live, ...publicParts } = parts
  const secure = createSecureHttpServer(certificate, handleRequest)
  server.on('request', handleRequest)
  server.on('upgrade', upgrade)
  const endSockets = [server, secure].map(followSockets)
  const close = async (): Promise<void> => {
    for (const end of endSockets) end()
    await Promise.all([closeServer(server), closeServer(secure), proxy.close()])
    // Requests in progress may still need these two, so they close last.
    tokens.close()
    live.close()
    users.close()
  }
  try {
    await listen(server, { host, port, whenTaken })
    await listen(secure, { host, port: securePort, whenTaken })
  } catch (error) {
    await close()
    throw error
  }

  return {
    url: `http:${addressAt(host, portOf(server))}`,
    proxyUrl: `http:${addressAt(host, proxy.port)}`,
    secureUrl: `https:${addressAt(host, portOf(secure))}`,
    certificate: certificate.cert,
    certificateSpki: certificate.spki,
    proxy,
    faults: { ...faults, add: (rule) => faults.add(readFaultRule(fieldsOf(rule))) },
    ...publicParts,
    close,
  }
}

/** Starts the server of the stories and the tests, and the proxy in front of it. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const users = openUserTable(options.database ?? ':memory:')
  try {
    return await start(options, users)
  } catch (error) {
    users.close()
    throw error
  }
}
