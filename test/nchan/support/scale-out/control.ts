import type { Faults, Kind } from './faults.ts'

// What tests use to control a network. It runs in Node and in a browser.

/** What to change, in this order: the faults of new requests, then the connections in progress. */
export interface ControlRequest {
  readonly faults?: Faults
  /** Half-open from now on: nothing more is forwarded. */
  readonly freeze?: readonly Kind[]
  /** Cut now. */
  readonly kill?: readonly Kind[]
}

export interface PublishRequest {
  readonly channel: string
  readonly texts: readonly string[]
  /** The index of the node. @default 0 */
  readonly node?: number
}

export interface NetworkState {
  readonly id: number
  /** The URL of the proxy. */
  readonly url: string
  /** How many requests of each kind it has received. */
  readonly requests: Readonly<Record<Kind, number>>
  /** How many requests it has forwarded to each node. */
  readonly perNode: readonly number[]
  /** How many requests and WebSockets of each kind are in progress. */
  readonly open: Readonly<Record<Kind, number>>
}

/** A network between a test and the two nodes. */
export interface Network {
  readonly url: string
  readonly webSocketUrl: string
  /** Changes what the network does; resolves when it does so. */
  change(request: ControlRequest): Promise<NetworkState>
  state(): Promise<NetworkState>
  close(): Promise<void>
}

/** `all`: each request to the next node. `balanced`: through the load balancer of the example. */
export type Destination = 'all' | 'first' | 'second' | 'balanced'

export async function openNetwork(controlUrl: string, to: Destination = 'all'): Promise<Network> {
  const { id, url } = await call<NetworkState>('POST', `${controlUrl}/networks`, { to })
  const own = `${controlUrl}/networks/${id}`
  return {
    url,
    webSocketUrl: url.replace(/^http/, 'ws'),
    change: (request) => call('POST', own, request),
    state: () => call('GET', own),
    close: () => call('DELETE', own),
  }
}

/** Publishes messages in order; resolves when the node has accepted the last one. */
export const publishOn = (controlUrl: string, request: PublishRequest): Promise<void> =>
  call('POST', `${controlUrl}/publish`, request)

async function call<Result>(method: string, url: string, body?: unknown): Promise<Result> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'text/plain' } }),
  })
  if (!response.ok) throw new Error(`${method} ${url}: ${await response.text()}`)
  // The control server of this folder responds with what its types say.
  return (await response.json()) as Result
}
