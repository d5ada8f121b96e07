import {
  type LiveCounts,
  type LiveFaultKind,
  type LiveFaultOptions,
  type LiveMessage,
  type LiveTransportName,
} from './live/live-types.ts'

export {
  type LiveCounts,
  type LiveFaultKind,
  type LiveFaultOptions,
  type LiveMessage,
  type LiveTransportCounts,
  type LiveTransportName,
  type OpenConnections,
} from './live/live-types.ts'

/** A live log of the demo server, as a test or a story controls it. Works in Node and in a page. */
export interface Live {
  readonly name: string
  /** The address of the log for all transports but the frame, with `http:`. */
  readonly url: string
  /** The address of the document for a hidden iframe. */
  readonly frameUrl: string
  /** Publishes messages: all at once, or at a rate in messages a second. Resolves with the first and the last number. */
  publish(count: number, options?: { readonly rate?: number }): Promise<{ first: number; last: number }>
  /** Sets the fault of a transport, or of all. It replaces the previous one, except for `swallow`, which adds messages. */
  fault(transport: LiveTransportName | 'all', kind: LiveFaultKind, options?: LiveFaultOptions): Promise<void>
  /** Removes the fault of a transport, or of all. Connections that it has changed stay as they are. */
  heal(transport?: LiveTransportName | 'all'): Promise<void>
  counts(): Promise<LiveCounts>
  /** The messages that clients have sent, each key once, in order. */
  received(): Promise<readonly LiveMessage[]>
  /** Removes all but the latest messages. With `restart` all connections end, and numbers begin with 1 again. */
  forget(options?: { readonly keep?: number; readonly restart?: boolean }): Promise<void>
}

/** Creates the client of a live log. @param server the address of the demo server, such as `server.url` */
export function createLive(server: string, name: string): Live {
  const path = encodeURIComponent(name)
  const control = `${server}/control/live/${path}`

  async function request<Body>(method: string, url: string, body?: object): Promise<Body> {
    const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) })
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`)
    const value: unknown = await response.json()
    // The types describe the responses.
    return value as Body
  }

  return {
    name,
    url: `${server}/live/${path}`,
    frameUrl: `${server}/live/${path}/frame`,
    publish: (count, { rate = 0 } = {}) => request('POST', `${control}/publish`, { count, rate }),
    async fault(transport, kind, options = {}) {
      await request('POST', `${control}/fault`, { transport, fault: kind, ...options })
    },
    async heal(transport = 'all') {
      await request('POST', `${control}/heal`, { transport })
    },
    counts: () => request('GET', control),
    async received() {
      const { received } = await request<{ received: readonly LiveMessage[] }>('GET', `${control}/received`)
      return received
    },
    async forget({ keep = 0, restart = false } = {}) {
      await request('POST', `${control}/forget`, { keep, restart })
    },
  }
}
