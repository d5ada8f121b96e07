import { type Socket } from 'node:net'
import { type RawData, WebSocket } from 'ws'
import { type Fields, fieldsOfJson } from './input.ts'
import { Problem, problemFields, problemOf } from './problem.ts'
import { closeWithAnyCode } from './any-close-code.ts'

export type Incoming =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Buffer }

export interface ConnectionCounts {
  /** Messages handed to the socket, heartbeats apart. */
  readonly sent: number
  readonly sentBytes: number
  /** Messages that came, heartbeats apart. */
  readonly received: number
  readonly receivedBytes: number
  /** Heartbeats that were answered. */
  readonly pings: number
}

/** What an observer may know of an open connection. */
export interface ConnectionView extends ConnectionCounts {
  readonly id: string
  readonly endpoint: string
  /** Path and query, as they were asked for. */
  readonly target: string
  readonly protocol: string
  readonly openedAt: number
  /** Bytes that wait on the server's side. */
  readonly bufferedAmount: number
}

/** One accepted WebSocket, counted. */
export interface Connection {
  readonly id: string
  readonly target: string
  readonly bufferedAmount: number
  view(): ConnectionView
  /** False when the connection takes no more messages. */
  send(message: string | Buffer): boolean
  sendJson(message: object): boolean
  /** Runs what sends many messages, so that they leave in as few packets as possible. */
  batch(run: () => void): void
  /** A listener that throws is answered by a `problem` message. */
  onMessage(listener: (message: Incoming) => void): void
  onClosed(listener: (code: number) => void): void
  /** Acts when so many messages have been sent from now on. */
  afterSent(messages: number, act: () => void): void
  /** Any code, also those that RFC 6455 reserves: 1005 sends none, 1006 just ends the TCP connection. */
  close(code: number, reason: string): void
  /** Ends the TCP connection without a close frame: in order, or with RST. */
  drop(how: 'end' | 'reset'): void
}

export interface ConnectionOptions {
  readonly id: string
  readonly endpoint: string
  readonly target: string
  readonly socket: Socket
  readonly webSocket: WebSocket
  readonly heartbeat: Heartbeat
}

/** What becomes of the text `ping`: answered by `pong`, or swallowed as by a server that hangs. */
export type Heartbeat = 'answered' | 'swallowed'

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** The fields of a message that has to be a JSON object. @throws Problem */
export function commandOf(message: Incoming): Fields {
  if (message.kind === 'binary')
    throw new Problem(400, 'text-only', 'This endpoint speaks JSON text, not binary')
  return fieldsOfJson(message.text)
}

export function createConnection(options: ConnectionOptions): Connection {
  const { id, endpoint, target, socket, webSocket, heartbeat } = options
  const openedAt = Date.now()
  const counts = { sent: 0, sentBytes: 0, received: 0, receivedBytes: 0, pings: 0 }
  const listeners: ((message: Incoming) => void)[] = []
  let ration: { left: number; readonly act: () => void } | undefined
  let leaving = false

  const open = (): boolean => !leaving && webSocket.readyState === WebSocket.OPEN

  function send(message: string | Buffer): boolean {
    if (!open()) return false
    webSocket.send(message)
    counts.sent += 1
    counts.sentBytes += Buffer.byteLength(message)
    if (ration !== undefined && (ration.left -= 1) === 0) ration.act()
    return true
  }

  function sendJson(message: object): boolean {
    return send(JSON.stringify(message))
  }

  function receive(bytes: Buffer, isBinary: boolean): void {
    const text = isBinary ? undefined : bytes.toString('utf8')
    if (text === 'ping') {
      if (heartbeat === 'swallowed' || !open()) return
      counts.pings += 1
      return webSocket.send('pong')
    }
    counts.received += 1
    counts.receivedBytes += bytes.length
    const message: Incoming = text === undefined ? { kind: 'binary', bytes } : { kind: 'text', text }
    for (const listener of listeners) {
      try {
        listener(message)
      } catch (thrown) {
        sendJson({ type: 'problem', ...problemFields(problemOf(thrown)) })
      }
    }
  }

  webSocket.on('message', (data, isBinary) => receive(bytesOf(data), isBinary))
  // ws closes the connection right after it, and the close is what gets noted.
  webSocket.on('error', () => undefined)

  return {
    id,
    target,
    get bufferedAmount() {
      return webSocket.bufferedAmount
    },
    view: () => ({
      ...{ id, endpoint, target, protocol: webSocket.protocol, openedAt },
      ...counts,
      bufferedAmount: webSocket.bufferedAmount,
    }),
    send,
    sendJson,
    batch(run) {
      socket.cork()
      try {
        run()
      } finally {
        socket.uncork()
      }
    },
    onMessage: (listener) => void listeners.push(listener),
    onClosed: (listener) => void webSocket.on('close', listener),
    afterSent(messages, act) {
      ration = { left: messages, act }
    },
    close(code, reason) {
      if (!open()) return
      leaving = true
      closeWithAnyCode(webSocket, socket, code, reason)
    },
    drop(how) {
      leaving = true
      if (how === 'reset') socket.resetAndDestroy()
      else socket.destroySoon()
    },
  }
}
