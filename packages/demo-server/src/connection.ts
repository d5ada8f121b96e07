import { type Socket } from 'node:net'
import { WebSocket } from 'ws'
import { closeWithAnyCode } from './any-close-code.ts'
import { createInbox, type Heartbeat, type InboxCounts, type Incoming } from './inbox.ts'
import { problemFields, problemOf } from './problem.ts'

export interface ConnectionCounts extends InboxCounts {
  /** Messages handed to the socket, without heartbeats. */
  readonly sent: number
  readonly sentBytes: number
}

/** The public state of an open connection. */
export interface ConnectionView extends ConnectionCounts {
  readonly id: string
  readonly endpoint: string
  /** Path and query of the request. */
  readonly target: string
  readonly protocol: string
  readonly openedAt: number
  /** Bytes that the server has not sent yet. */
  readonly bufferedAmount: number
}

/** One accepted WebSocket, with its counts. */
export interface Connection {
  readonly id: string
  readonly target: string
  readonly bufferedAmount: number
  /** False when nothing can be sent any more. */
  readonly isOpen: boolean
  view(): ConnectionView
  /** Sends a message. Returns false when the connection is closed or closing. */
  send(message: string | Buffer): boolean
  sendJson(message: object): boolean
  /** Runs a function that sends many messages, and puts them into as few packets as possible. */
  batch(run: () => void): void
  /** When a listener throws, the client receives a `problem` message. */
  onMessage(listener: (message: Incoming) => void): void
  onClosed(listener: (code: number) => void): void
  /** Calls `act` after this number of further messages. */
  afterSent(messages: number, act: () => void): void
  /** Closes with any code, even a reserved one. 1005 sends a close frame without a code, 1006 only ends the TCP connection. */
  close(code: number, reason: string): void
  /** Ends the TCP connection without a close frame, with FIN or with RST. */
  drop(how: 'end' | 'reset'): void
  /** Makes the connection half-open: it sends nothing, and discards all bytes that arrive, close frames included. */
  freeze(): void
}

export interface ConnectionOptions {
  readonly id: string
  readonly endpoint: string
  readonly target: string
  readonly socket: Socket
  readonly webSocket: WebSocket
  readonly heartbeat: Heartbeat
}

/** Sends and counts messages until the connection closes. */
function createOutbox(webSocket: WebSocket) {
  const counts = { sent: 0, sentBytes: 0 }
  let pendingAct: { left: number; readonly act: () => void } | undefined
  let isClosing = false
  const isOpen = (): boolean => !isClosing && webSocket.readyState === WebSocket.OPEN

  return {
    counts: () => ({ ...counts }),
    isOpen,
    send(message: string | Buffer): boolean {
      if (!isOpen()) return false
      webSocket.send(message)
      counts.sent += 1
      counts.sentBytes += Buffer.byteLength(message)
      if (pendingAct !== undefined && (pendingAct.left -= 1) === 0) pendingAct.act()
      return true
    },
    afterSent: (messages: number, act: () => void) => void (pendingAct = { left: messages, act }),
    stopSending: () => void (isClosing = true),
  }
}

function withCork(socket: Socket, run: () => void): void {
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
  // ws closes the connection right after an error, and the close event is enough.
  webSocket.on('error', () => undefined)

  return {
    id,
    target,
    get bufferedAmount() {
      return webSocket.bufferedAmount
    },
    get isOpen() {
      return isOpen()
    },
    view() {
      const { protocol, bufferedAmount } = webSocket
      const counts = { ...outbox.counts(), ...inbox.counts() }
      return { id, endpoint, target, protocol, openedAt, ...counts, bufferedAmount }
    },
    send,
    sendJson,
    batch: (run) => withCork(socket, run),
    onMessage: inbox.onMessage,
    onClosed: (listener) => void webSocket.on('close', listener),
    afterSent: outbox.afterSent,
    close(code, reason) {
      if (!isOpen()) return
      outbox.stopSending()
      closeWithAnyCode(webSocket, socket, code, reason)
    },
    drop(how) {
      outbox.stopSending()
      if (how === 'reset') socket.resetAndDestroy()
      else socket.destroySoon()
    },
    freeze() {
      outbox.stopSending()
      // Without the listener of ws. The socket is still read, so that the server sees its end.
      socket.removeAllListeners('data')
      socket.resume()
    },
  }
}
