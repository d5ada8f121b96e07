import { createServer, type IncomingMessage, request as sendRequest, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Cluster } from './cluster.ts'
import type { ControlRequest, Destination, NetworkState, PublishRequest } from './control.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { corsHeaders } from './forward-request.ts'

interface ControlServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * Starts the HTTP server through which tests, also those in a browser, control their networks.
 *
 * - `POST /networks` starts a fault proxy
 * - `GET`, `POST` and `DELETE /networks/<id>` read its state, change it, and end it
 * - `POST /publish` publishes messages on one node
 */
export async function startControlServer({ nodes, loadBalancer }: Cluster): Promise<ControlServer> {
  const proxies: FaultProxy[] = []
  const sockets: Readonly<Record<Destination, readonly string[]>> = {
    all: nodes,
    first: nodes.slice(0, 1),
    second: nodes.slice(1),
    balanced: [loadBalancer],
  }
  const respond = async (request: IncomingMessage): Promise<unknown> => {
    const { method, url = '' } = request
    if (method === 'OPTIONS') return undefined
    const body = await text(request)
    if (url === '/publish') return publishAll(nodes, readPublish(body))
    if (url === '/networks') {
      const proxy = await startFaultProxy(sockets[readDestination(body)])
      return stateOf(proxy, proxies.push(proxy) - 1)
    }
    const id = Number(url.split('/').at(-1))
    const proxy = proxies[id]
    if (!proxy) throw new Error(`There is no network ${url}`)
    if (method === 'POST') change(proxy, readChange(body))
    if (method === 'DELETE') await proxy.close()
    return stateOf(proxy, id)
  }
  const server = createServer((request, response) => void send(request, response, respond(request)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()))
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

// Only the tests of this repository send requests here, so the shape is as their types say.
const readPublish = (body: string) => JSON.parse(body) as PublishRequest
const readChange = (body: string) => JSON.parse(body) as ControlRequest
const readDestination = (body: string) => (JSON.parse(body) as { readonly to: Destination }).to

async function send(request: IncomingMessage, response: ServerResponse, result: Promise<unknown>) {
  try {
    const json = JSON.stringify((await result) ?? null)
    response.writeHead(200, { ...corsHeaders(request), 'content-type': 'application/json' }).end(json)
  } catch (error) {
    response.writeHead(500, corsHeaders(request)).end(String(error))
  }
}

function stateOf({ url, requests, perNode, open }: FaultProxy, id: number): NetworkState {
  return { id, url, requests, perNode, open }
}

function change(proxy: FaultProxy, { faults, kill, freeze }: ControlRequest): void {
  // The new faults first: a client that is cut reconnects at once.
  if (faults) proxy.setFaults(faults)
  if (freeze) proxy.freeze(freeze)
  if (kill) proxy.kill(kill)
}

/** Publishes in this order: sends the next message when the node has accepted the one before. */
async function publishAll(nodes: readonly string[], { channel, texts, node }: PublishRequest): Promise<void> {
  const socketPath = nodes[node ?? 0]
  for (const message of texts) {
    const status = await publish(socketPath, channel, message)
    if (status !== 201 && status !== 202) throw new Error(`The node responded to a message with ${status}`)
  }
}

function publish(socketPath: string | undefined, channel: string, message: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/plain' }
    const options = { socketPath, method: 'POST', path: `/ch/${channel}`, headers }
    const sent = sendRequest(options, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    sent.once('error', reject)
    sent.end(message)
  })
}
