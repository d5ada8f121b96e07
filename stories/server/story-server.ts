import { z } from 'zod'

/** What the laboratory can ask of a server. */
export type FaultName =
  | 'refuse'
  | 'captive-portal'
  | 'accept-then-drop'
  | 'stall'
  | 'half-open'
  | 'drop'
  | 'reset'
  | 'cut'
  | 'close'

/** The server that a story talks to: the demo server, or its mock in the page. Both answer the same paths. */
export interface StoryServer {
  readonly kind: 'demo' | 'mock'
  /** For people. */
  readonly name: string
  /** Where its endpoints are, as `http:` or `https:`. */
  readonly url: string
  /** The same, through what breaks connections. */
  readonly faultyUrl: string
  /** The same over HTTP/2 and TLS; undefined where there is no such thing. */
  readonly secureUrl: string | undefined
  readonly faults: ReadonlySet<FaultName>
  /** The highest rate of the ticker, in messages a second. */
  readonly maxRate: number
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>
}

function createServer(parts: Omit<StoryServer, 'control'>): StoryServer {
  return {
    ...parts,
    async control(method, path, body) {
      const headers = { 'content-type': 'application/json' }
      const request = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) }
      const response = await fetch(`${parts.url}/control/${path}`, request)
      const answer: unknown = await response.json()
      if (!response.ok) throw new Error(`The server refused ${method} ${path}: ${JSON.stringify(answer)}`)
      return answer
    },
  }
}

/** Nobody can own this name (RFC 2606), so what the mock does not catch reaches nobody. */
export const MOCK_URL = 'https://demo.invalid'

export const mockServer = createServer({
  kind: 'mock',
  name: 'Mock in this page',
  url: MOCK_URL,
  faultyUrl: MOCK_URL,
  secureUrl: undefined,
  faults: new Set<FaultName>(['refuse', 'accept-then-drop', 'half-open', 'drop', 'close']),
  maxRate: 5_000,
})

const {
  STORYBOOK_DEMO_SERVER: url,
  STORYBOOK_DEMO_PROXY: proxyUrl,
  STORYBOOK_DEMO_SECURE: secureUrl,
} = import.meta.env

let found: StoryServer | undefined

/** The demo server, if there is one and it answers within a moment. */
export async function demoServer(): Promise<StoryServer | undefined> {
  if (url === undefined || url === '' || found !== undefined) return found
  try {
    const { ok } = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_500) })
    if (!ok) return undefined
  } catch {
    return undefined
  }
  const faults: FaultName[] = ['refuse', 'captive-portal', 'accept-then-drop', 'stall', 'drop', 'close']
  const withProxy: FaultName[] = ['half-open', 'reset', 'cut']
  found = createServer({
    kind: 'demo',
    name: `Demo server ${new URL(url).host}`,
    url,
    faultyUrl: proxyUrl ?? url,
    secureUrl,
    faults: new Set([...faults, ...(proxyUrl === undefined ? [] : withProxy)]),
    maxRate: 20_000,
  })
  return found
}

const State = z.object({ connections: z.array(z.object({ target: z.string() })) })

/** How many sockets the server has open for targets that begin so. */
export async function countSockets(server: StoryServer, match: string): Promise<number> {
  const { connections } = State.parse(await server.control('GET', 'state'))
  return connections.filter(({ target }) => target.startsWith(match)).length
}

const Standing = z.object({ id: z.string() })

/** Lets the server commit a fault for the next handshakes to `match`; returns how to take it back. */
export async function addFault(server: StoryServer, rule: object): Promise<() => Promise<unknown>> {
  const { id } = Standing.parse(await server.control('POST', 'fault', rule))
  // It may have been used up already.
  return () => server.control('DELETE', `faults/${id}`).catch(() => undefined)
}
