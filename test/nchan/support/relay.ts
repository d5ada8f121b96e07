import { createServer, type Socket, connect } from 'node:net'

/**
 * Where a request is lost: before the server sees it; in the response as a whole, in its head, or before its last byte;
 * or only the connection, after the response.
 */
export type Cut = 'request' | 'response' | 'head' | 'body' | 'after'

export interface Relay {
  readonly url: string
  readonly webSocketUrl: string
  /** The highest number of requests that were in flight at the same time. */
  readonly most: number
  /** The status of each response that was forwarded completely, oldest first. */
  readonly statuses: readonly number[]
  /** What was cut, oldest first. */
  readonly cuts: readonly Cut[]
  /** Breaks all connections; returns how many requests were in flight on them. */
  cutAll(): number
  close(): Promise<void>
}

/** A response with its length, or a head whose body ends with its connection. */
interface ResponseHead {
  readonly status: number
  readonly headLength: number
  /** Undefined if the body ends with the connection. */
  readonly length: number | undefined
}

/** Undefined while the head is incomplete. */
function readResponse(bytes: Buffer): ResponseHead | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = bytes.toString('latin1', 0, end)
  const body = /^content-length: *(\d+)/im.exec(head)?.[1]
  const headLength = end + 4
  const status = Number(head.slice(9, 12))
  // A WebSocket continues after its handshake, whatever length the head declares.
  const length = status === 101 || body === undefined ? undefined : headLength + Number(body)
  return { status, headLength, length }
}

/** The state that the connections of one relay share. */
interface Account {
  requests: number
  most: number
  held: number
  readonly statuses: number[]
  readonly cuts: Cut[]
  readonly cutFor: (request: number) => Cut | undefined
}

/** Forwards one connection. A request is one chunk, since it has no body. A response is forwarded when it is complete. */
function serve(client: Socket, server: Socket, account: Account): void {
  let isAwaitingResponse = false
  let streaming = false
  let cut: Cut | undefined
  let bytes: Buffer = Buffer.alloc(0)
  const done = (): void => {
    if (isAwaitingResponse) account.held -= 1
    isAwaitingResponse = false
  }
  const destroy = (): void => {
    done()
    client.destroy()
    server.destroy()
  }
  const strike = (part: Buffer): void => {
    if (cut) account.cuts.push(cut)
    done()
    // Destroying the socket at once could lose data that was written before.
    client.end(part, destroy)
  }
  client.on('data', (part) => {
    if (!isAwaitingResponse && !streaming) {
      isAwaitingResponse = true
      account.held += 1
      account.most = Math.max(account.most, account.held)
      cut = account.cutFor((account.requests += 1))
    }
    if (cut === 'request') strike(Buffer.alloc(0))
    else server.write(part)
  })
  server.on('data', (part) => {
    if (streaming) return void client.write(part)
    bytes = Buffer.concat([bytes, part])
    const response = readResponse(bytes)
    if (!response) return
    const { status, headLength, length } = response
    streaming = length === undefined
    if (length !== undefined && bytes.length < length) return
    const whole = bytes
    bytes = Buffer.alloc(0)
    if (cut === undefined || cut === 'after') account.statuses.push(status)
    if (cut && length !== undefined) return strike(whole.subarray(0, bytesToForward(cut, headLength, length)))
    if (!streaming) done()
    client.write(whole)
  })
  for (const socket of [client, server]) socket.on('close', destroy).on('error', destroy)
}

/** The number of bytes of the response that still arrive. */
function bytesToForward(cut: Cut, headLength: number, length: number): number {
  if (cut === 'head') return headLength - 10
  if (cut === 'body') return length - 1
  return cut === 'after' ? length : 0
}

/**
 * Forwards connections to a Unix socket, counts their requests and responses, and breaks them at chosen moments.
 *
 * @param cutFor where to cut the request with this number, counted from 1
 */
export async function startRelay(
  target: string,
  cutFor: (request: number) => Cut | undefined = () => undefined,
): Promise<Relay> {
  const account: Account = { requests: 0, most: 0, held: 0, statuses: [], cuts: [], cutFor }
  const clients = new Set<Socket>()
  const server = createServer({ noDelay: true }, (client) => {
    clients.add(client.once('close', () => clients.delete(client)))
    serve(client, connect({ path: target }), account)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')
  const cutAll = (): number => {
    const { held } = account
    for (const client of clients) client.destroy()
    return held
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    webSocketUrl: `ws://127.0.0.1:${address.port}`,
    get most() {
      return account.most
    },
    statuses: account.statuses,
    cuts: account.cuts,
    cutAll,
    close() {
      cutAll()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
