import { type IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** A WebSocket client that queues messages until a test reads them. */
export interface TestClient {
  readonly socket: WebSocket
  readonly closed: Promise<Closed>
  /** The next message, text or binary. Rejects when the connection closes first. */
  next(): Promise<string | Buffer>
  nextJson(): Promise<unknown>
  sendJson(message: object): void
  /** Closes the connection, and waits until it is closed. */
  leave(): Promise<Closed>
}

/** The error for a handshake with another response than 101. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string

  constructor(response: IncomingMessage, body: string) {
    super(`The handshake failed with status ${response.statusCode}`)
    this.status = response.statusCode ?? 0
    this.headers = response.headers
    this.body = body
  }
}

function createInbox(socket: WebSocket, closed: Promise<Closed>) {
  const waiting: (string | Buffer)[] = []
  const takers: ((message: string | Buffer) => void)[] = []
  socket.on('message', (data, isBinary) => {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0)
    const message = isBinary ? bytes : bytes.toString()
    const taker = takers.shift()
    if (taker === undefined) waiting.push(message)
    else taker(message)
  })
  return (): Promise<string | Buffer> => {
    const known = waiting.shift()
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve, reject) => {
      takers.push(resolve)
      void closed.then(({ code }) => reject(new Error(`Closed with ${code} instead of a message`)))
    })
  }
}

/** Creates a client without waiting for the handshake. For handshakes that get no response. */
export function openClient(
  url: string,
  protocols: readonly string[] = [],
  headers: Readonly<Record<string, string>> = {},
): TestClient {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), [...protocols], { headers })
  socket.on('error', () => undefined)
  const closed = new Promise<Closed>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  const next = createInbox(socket, closed)
  return {
    socket,
    closed,
    next,
    async nextJson() {
      const parsed: unknown = JSON.parse(String(await next()))
      return parsed
    },
    sendJson: (message) => socket.send(JSON.stringify(message)),
    leave() {
      socket.close(1000)
      return closed
    },
  }
}

/** Connects. @throws Refusal when the response is not 101, or the socket's error without a response. */
export function connectTo(
  url: string,
  protocols: readonly string[] = [],
  headers: Readonly<Record<string, string>> = {},
): Promise<TestClient> {
  const client = openClient(url, protocols, headers)
  return new Promise((resolve, reject) => {
    client.socket.once('open', () => resolve(client))
    client.socket.once('error', reject)
    client.socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => reject(new Refusal(response, Buffer.concat(chunks).toString())))
    })
  })
}

/** Returns the refusal of a handshake that must fail. */
export async function refusalOf(url: string, protocols: readonly string[] = []): Promise<Refusal> {
  try {
    const client = await connectTo(url, protocols)
    client.socket.terminate()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('The handshake was not refused')
}
