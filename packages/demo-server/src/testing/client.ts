import { type IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** A WebSocket client whose messages wait until a test asks for them. */
export interface TestClient {
  readonly socket: WebSocket
  readonly closed: Promise<Closed>
  /** The next message, text or binary; rejects when the connection closes first. */
  next(): Promise<string | Buffer>
  nextJson(): Promise<unknown>
  sendJson(message: object): void
  /** Closes in order, and waits for it. */
  leave(): Promise<Closed>
}

/** The server answered the handshake with something else than 101. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string

  constructor(response: IncomingMessage, body: string) {
    super(`The handshake was answered by ${response.statusCode}`)
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

/** Not opened yet: for a handshake that is not going to be answered. */
export function dial(
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

/** @throws Refusal when the answer is not 101, the socket's error when there is none. */
export function connectTo(
  url: string,
  protocols: readonly string[] = [],
  headers: Readonly<Record<string, string>> = {},
): Promise<TestClient> {
  const client = dial(url, protocols, headers)
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

/** The refusal of a handshake that must not succeed. */
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
