import { type RawData, type WebSocket } from 'ws'
import { type Fields, fieldsOfJson } from './input.ts'
import { Problem } from './problem.ts'

export type Incoming =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Buffer }

/** Whether the text `ping` gets the response `pong`, or none, as from a server that hangs. */
export type Heartbeat = 'answered' | 'swallowed'

export interface InboxCounts {
  /** Received messages, without heartbeats. */
  readonly received: number
  readonly receivedBytes: number
  /** Heartbeats that got a `pong`. */
  readonly pings: number
}

export interface Inbox {
  counts(): InboxCounts
  onMessage(listener: (message: Incoming) => void): void
}

export interface InboxOptions {
  readonly webSocket: WebSocket
  readonly heartbeat: Heartbeat
  readonly isOpen: () => boolean
  /** Called when a listener throws. */
  readonly onThrown: (thrown: unknown) => void
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** Reads a message that must be a JSON object. @throws Problem */
export function commandOf(message: Incoming): Fields {
  if (message.kind === 'binary') {
    throw new Problem(400, 'text-only', 'This endpoint accepts JSON text, not binary messages')
  }
  return fieldsOfJson(message.text)
}

export function createInbox({ webSocket, heartbeat, isOpen, onThrown }: InboxOptions): Inbox {
  const counts = { received: 0, receivedBytes: 0, pings: 0 }
  const listeners: ((message: Incoming) => void)[] = []

  function sendPong(): void {
    if (heartbeat === 'swallowed' || !isOpen()) return
    counts.pings += 1
    webSocket.send('pong')
  }

  webSocket.on('message', (data, isBinary) => {
    const bytes = bytesOf(data)
    const text = isBinary ? undefined : bytes.toString('utf8')
    if (text === 'ping') return sendPong()
    counts.received += 1
    counts.receivedBytes += bytes.length
    const message: Incoming = text === undefined ? { kind: 'binary', bytes } : { kind: 'text', text }
    for (const listener of listeners) {
      try {
        listener(message)
      } catch (thrown) {
        onThrown(thrown)
      }
    }
  })

  return {
    counts: () => ({ ...counts }),
    onMessage: (listener) => void listeners.push(listener),
  }
}
