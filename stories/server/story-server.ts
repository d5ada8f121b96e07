import { z } from 'zod'

/** The faults that a story can request from its server. */
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

/** The server that a story connects to: the demo server, or its mock in the page. Both serve the same paths. */
export interface StoryServer {
  readonly kind: 'demo' | 'mock'
  /** The name that the story shows. */
  readonly name: string
  /** The origin of its endpoints, as `http:` or `https:`. */
  readonly url: string
  /** The same server behind the proxy that breaks connections. */
  readonly faultyUrl: string
  /** The same server over HTTP/2 and TLS; undefined if the server has none. */
  readonly secureUrl: string | undefined
  readonly faults: ReadonlySet<FaultName>
  /** The highest rate of the ticker, in messages per second. */
  readonly maxRate: number
  /** Sends a request to an endpoint below `/control`. @throws Error if the server responds with an error status */
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown>
}

function createServer(parts: Omit<StoryServer, 'control'>): StoryServer {
  return {
    ...parts,
    async control(method, path, body) {
      const headers = { 'content-type': 'application/json' }
      const request = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) }
      const response = await fetch(`${parts.url}/control/${path}`, request)
      const result: unknown = await response.json()
      if (!response.ok)
        throw new Error(
          `The server responded to ${method} /control/${path} with ${response.status}: ${JSON.stringify(result)}`,
        )
      return result
    },
  }
}

/** RFC 2606 reserves this name, so a request that the mock does not intercept cannot reach a real server. */
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

let demo: StoryServer | undefined

/** The demo server, if its address is configured and it responds within 1.5 s. */
export async function demoServer(): Promise<StoryServer | undefined> {
  if (url === undefined || url === '' || demo !== undefined) return demo
  try {
    const { ok } = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_500) })
    if (!ok) return undefined
  } catch {
    return undefined
  }
  const faults: FaultName[] = ['refuse', 'captive-portal', 'accept-then-drop', 'stall', 'drop', 'close']
  const withProxy: FaultName[] = ['half-open', 'reset', 'cut']
  demo = createServer({
    kind: 'demo',
    name: `Demo server ${new URL(url).host}`,
    url,
    faultyUrl: proxyUrl ?? url,
    secureUrl,
    faults: new Set([...faults, ...(proxyUrl === undefined ? [] : withProxy)]),
    maxRate: 20_000,
  })
  return demo
}

const FaultRule = z.object({ id: z.string() })

/** Adds a rule by which the server breaks the next requests or handshakes. Returns a function that removes the rule. */
export async function addFault(server: StoryServer, rule: object): Promise<() => Promise<unknown>> {
  const { id } = FaultRule.parse(await server.control('POST', 'fault', rule))
  // The removal fails if the rule has been used up already.
  return () => server.control('DELETE', `faults/${id}`).catch(() => undefined)
}
