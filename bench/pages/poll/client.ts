import { json } from '@tautline/core'
import { createEventSource } from '@tautline/core/event-source'
import { createLongPoll, query } from '@tautline/core/long-poll'
import { createWebSocket } from '@tautline/core/web-socket'
import type { Message } from '../../poll/log.ts'

/** What a page has had so far, message by message. */
export interface Heard {
  readonly numbers: readonly number[]
  /** From publishing to here, in ms, by the clock of the machine. */
  readonly delays: readonly number[]
}

interface Answer {
  readonly next: number
  readonly messages: readonly Message[]
}

/** What the driver calls, as `line`. */
interface Line {
  /** Opens a line, and waits until it is open. `path`: where on the page's own server. */
  open(by: string, path: string): Promise<void>
  /** Waits until so many messages are there, or none has come for 5 s; and a little longer, for what comes twice. */
  heard(total: number): Promise<Heard>
}

declare global {
  var line: Line
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const numbers: number[] = []
const delays: number[] = []

function hear({ n, at }: Message): void {
  numbers.push(n)
  delays.push(performance.timeOrigin + performance.now() - at)
}

const cursor = query<Answer>('since', ({ next }) => next)
const poll = (path: string, interval?: number) =>
  createLongPoll<Answer, Message>(path, {
    cursor,
    initialCursor: '0',
    messages: ({ messages }) => messages,
    interval,
    onMessage: hear,
  })

const ways = {
  long: (path: string) => poll(path),
  short: (path: string) => poll(path, 1000),
  events: (path: string) => createEventSource<Message>(path, { codec: json(), onMessage: hear }),
  socket: (path: string) => createWebSocket<Message>(path, { codec: json(), onMessage: hear }),
}

globalThis.line = {
  async open(by, path) {
    const way = Object.entries(ways).find(([name]) => name === by)
    if (!way) throw new Error(`There is no way ${by}`)
    const opened = way[1](path)
    opened.open()
    while (opened.getSnapshot().status !== 'open') await pause(20)
  },
  async heard(total) {
    for (let quiet = 0, before = 0; numbers.length < total && quiet < 5000; before = numbers.length) {
      await pause(20)
      quiet = numbers.length === before ? quiet + 20 : 0
    }
    await pause(1500)
    return { numbers, delays }
  },
}
