import { type Socket } from 'node:net'
import { WebSocket } from 'ws'
import { closeWithAnyCode } from './any-close-code.ts'
import { createInbox, type Heartbeat, type InboxCounts, type Incoming } from './inbox.ts'
import { problemFields, problemOf } from './problem.ts'

export interface ConnectionCounts extends InboxCounts {
  /** Messages handed to the socket, heartbeats apart. */
  readonly sent: number
  readonly sentBytes: number
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

/** Sends and counts, until the connection is on its way out. */
function createOutbox(webSocket: WebSocket) {
  const counts = { sent: 0, sentBytes: 0 }
  let ration: { left: number; readonly act: () => void } | undefined
  let leaving = false
  const isOpen = (): boolean => !leaving && webSocket.readyState === WebSocket.OPEN

  return {
    counts: () => ({ ...counts }),
    isOpen,
    send(message: string | Buffer): boolean {
      if (!isOpen()) return false
      webSocket.send(message)
      counts.sent += 1
      counts.sentBytes += Buffer.byteLength(message)
      if (ration !== undefined && (ration.left -= 1) === 0) ration.act()
      return true
    },
    afterSent: (messages: number, act: () => void) => void (ration = { left: messages, act }),
    leave: () => void (leaving = true),
  }
}

function corked(socket: Socket, run: () => void): void {
  socket.cork()
  try {
    run()
  } finally {
    socket.uncork()
  }
}

export function createConnection(options: ConnectionOptions): Connection {
  const { id, endpoint, target, socket, webSocket, heartbeat } = options
  const openedAt = Date.now()
  const outbox = createOutbox(webSocket)
  const { isOpen, send } = outbox
  const sendJson = (message: object): boolean => send(JSON.stringify(message))
  const onThrown = (thrown: unknown): void =>
    void sendJson({ type: 'problem', ...problemFields(problemOf(thrown)) })
  const inbox = createInbox({ webSocket, heartbeat, isOpen, onThrown })
  // ws closes the connection right after it, and the close is what gets noted.
  webSocket.on('error', () => undefined)

  return {
    id,
    target,
    get bufferedAmount() {
      return webSocket.bufferedAmount
    },
    view() {
      const { protocol, bufferedAmount } = webSocket
      const counts = { ...outbox.counts(), ...inbox.counts() }
      return { id, endpoint, target, protocol, openedAt, ...counts, bufferedAmount }
    },
    send,
    sendJson,
    batch: (run) => corked(socket, run),
    onMessage: inbox.onMessage,
    onClosed: (listener) => void webSocket.on('close', listener),
    afterSent: outbox.afterSent,
    close(code, reason) {
      if (!isOpen()) return
      outbox.leave()
      closeWithAnyCode(webSocket, socket, code, reason)
    },
    drop(how) {
      outbox.leave()
      if (how === 'reset') socket.resetAndDestroy()
      else socket.destroySoon()
    },
  }
}
