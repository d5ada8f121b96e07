import { json } from '@tautline/core'
import { createEventSource } from '@tautline/core/event-source'
import { createLongPoll, query } from '@tautline/core/long-poll'
import { createWebSocket } from '@tautline/core/web-socket'
import type { Message } from '../../poll/log.ts'

/** The messages that a page has received so far. */
export interface Received {
  readonly numbers: readonly number[]
  /** The time from publishing to delivery, in ms, by the clock of the machine. */
  readonly delays: readonly number[]
}

interface PollBody {
  readonly next: number
  readonly messages: readonly Message[]
}

/** The interface for the driver, as the global `pollClient`. */
interface PollClient {
  /** Opens a connection, and waits until it is open. `path` is a path on the page's own server. */
  open(by: string, path: string): Promise<void>
  /** Waits until this number of messages has arrived, or none for 5 s. Then waits a little longer, for duplicates. */
  waitForMessages(total: number): Promise<Received>
}

declare global {
  var pollClient: PollClient
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const numbers: number[] = []
const delays: number[] = []

function receive({ n, at }: Message): void {
  numbers.push(n)
  delays.push(performance.timeOrigin + performance.now() - at)
}

const cursor = query<PollBody>('since', ({ next }) => next)
const poll = (path: string, interval?: number) =>
  createLongPoll<PollBody, Message>(path, {
    cursor,
    initialCursor: '0',
    messages: ({ messages }) => messages,
    interval,
    onMessage: receive,
  })

const transports = {
  long: (path: string) => poll(path),
  short: (path: string) => poll(path, 1000),
  events: (path: string) => createEventSource<Message>(path, { codec: json(), onMessage: receive }),
  socket: (path: string) => createWebSocket<Message>(path, { codec: json(), onMessage: receive }),
}

globalThis.pollClient = {
  async open(by, path) {
    const transport = Object.entries(transports).find(([name]) => name === by)
    if (!transport) throw new Error(`There is no transport ${by}`)
    const opened = transport[1](path)
    opened.open()
    while (opened.getSnapshot().status !== 'open') await pause(20)
  },
  async waitForMessages(total) {
    for (let silentMs = 0, before = 0; numbers.length < total && silentMs < 5000; before = numbers.length) {
      await pause(20)
      silentMs = numbers.length === before ? silentMs + 20 : 0
    }
    await pause(1500)
    return { numbers, delays }
  },
}
