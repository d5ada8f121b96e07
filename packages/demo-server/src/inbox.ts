import { type RawData, type WebSocket } from 'ws'
import { type Fields, fieldsOfJson } from './input.ts'
import { Problem } from './problem.ts'

export type Incoming =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary'; readonly bytes: Buffer }

/** What becomes of the text `ping`: answered by `pong`, or swallowed as by a server that hangs. */
export type Heartbeat = 'answered' | 'swallowed'

export interface InboxCounts {
  /** Messages that came, heartbeats apart. */
  readonly received: number
  readonly receivedBytes: number
  /** Heartbeats that were answered. */
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
  /** A listener threw. */
  readonly onThrown: (thrown: unknown) => void
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** The fields of a message that has to be a JSON object. @throws Problem */
export function commandOf(message: Incoming): Fields {
  if (message.kind === 'binary') {
    throw new Problem(400, 'text-only', 'This endpoint speaks JSON text, not binary')
  }
  return fieldsOfJson(message.text)
}

export function createInbox({ webSocket, heartbeat, isOpen, onThrown }: InboxOptions): Inbox {
  const counts = { received: 0, receivedBytes: 0, pings: 0 }
  const listeners: ((message: Incoming) => void)[] = []

  function answerPing(): void {
    if (heartbeat === 'swallowed' || !isOpen()) return
    counts.pings += 1
    webSocket.send('pong')
  }

  webSocket.on('message', (data, isBinary) => {
    const bytes = bytesOf(data)
    const text = isBinary ? undefined : bytes.toString('utf8')
    if (text === 'ping') return answerPing()
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
