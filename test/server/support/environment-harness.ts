import type {
  FaultRule,
  ProxyConnection,
  ProxyFaultOptions,
  ProxyRule,
  ServerState,
} from '@tautline/demo-server'

/** The URLs of the server and of the proxy that breaks connections. */
export interface Addresses {
  readonly url: string
  readonly proxyUrl: string
}

/** A rule that can be removed. */
export interface Trouble {
  remove(): Promise<unknown>
}

/** A demo server that is controlled over HTTP, so that it can be used from Node and from a page. */
export interface EnvironmentHarness extends Addresses {
  addFault(rule: FaultRule): Promise<Trouble>
  addProxyRule(rule: ProxyRule): Promise<Trouble>
  /** Breaks the open connections. */
  strike(fault: ProxyFaultOptions, match: string): Promise<unknown>
  /** Adds an item to a stream of news. */
  publish(stream: string, headline: string): Promise<unknown>
  state(): Promise<ServerState>
  /** The open connections through the proxy whose newest request had this target. */
  connectionsTo(target: string): Promise<readonly ProxyConnection[]>
  /** The outcomes of the requests for this target, oldest first. The server remembers its last 200 requests. */
  outcomesOf(target: string): Promise<readonly string[]>
  /** Returns a word that no other test uses, and that is not the beginning of another word. */
  unique(): string
}

const origin = Math.random().toString(36).slice(2)
let words = 0

export function createEnvironmentHarness(addresses: () => Addresses): EnvironmentHarness {
  async function callControlRoute(method: string, path: string, body?: object): Promise<unknown> {
    const init = { method, ...(body && { body: JSON.stringify(body) }) }
    const response = await fetch(addresses().url + path, init)
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  async function add(path: string, list: string, rule: object): Promise<Trouble> {
    // The format of the control route's response to a rule.
    const { id } = (await callControlRoute('POST', path, rule)) as { readonly id: string }
    return { remove: () => callControlRoute('DELETE', `${list}/${id}`) }
  }
  // `ServerState` and `FaultProxy` of the demo server describe the responses.
  const state = async () => (await callControlRoute('GET', '/control/state')) as ServerState
  const proxy = async () =>
    (await callControlRoute('GET', '/control/proxy')) as { readonly connections: readonly ProxyConnection[] }
  return {
    get url() {
      return addresses().url
    },
    get proxyUrl() {
      return addresses().proxyUrl
    },
    addFault: (rule) => add('/control/fault', '/control/faults', rule),
    addProxyRule: (rule) => add('/control/proxy', '/control/proxy', rule),
    strike: (fault, match) => callControlRoute('POST', '/control/proxy', { ...fault, match, live: true }),
    publish: (stream, headline) => callControlRoute('POST', '/control/news', { stream, headline }),
    state,
    connectionsTo: async (target) =>
      (await proxy()).connections.filter((connection) => connection.target?.startsWith(target)),
    outcomesOf: async (target) =>
      (await state()).attempts
        .filter((attempt) => attempt.target.startsWith(target))
        .map(({ outcome }) => outcome),
    unique: () => `${origin}-${(words += 1)}.`,
  }
}

/** Returns the state of one stream of news. */
export interface NewsView {
  readonly published: number
  readonly live: number
  readonly resumedFrom: readonly string[]
  readonly via: 'header' | 'query' | undefined
}

export async function newsOf(harness: EnvironmentHarness, stream: string): Promise<NewsView> {
  const { endpoints } = await harness.state()
  // The format of the endpoint `news`. The state gives endpoints without their types.
  const { streams } = endpoints['news'] as { readonly streams: Readonly<Record<string, NewsView>> }
  const view = streams[stream]
  if (!view) throw new Error(`No client has requested the stream ${stream}`)
  return view
}

/** The state of one completion. */
export interface CompletionView {
  readonly id: string
  readonly tokens: number
  readonly ended: 'finished' | 'aborted' | undefined
}

/** The completions that were requested with this `Idempotency-Key`, oldest first. */
export async function completionsOf(
  harness: EnvironmentHarness,
  key: string,
): Promise<readonly CompletionView[]> {
  const { endpoints } = await harness.state()
  // The format of the endpoint `completions`.
  const { latest } = endpoints['completions'] as {
    readonly latest: readonly (CompletionView & { readonly idempotencyKey?: string })[]
  }
  return latest.filter(({ idempotencyKey }) => idempotencyKey === key)
}
