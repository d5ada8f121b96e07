import { onTestFinished } from 'vitest'
import {
  type ClosedEvent,
  type OpenInfo,
  type Sendable,
  type Status,
  type UrlOption,
  type WebSocketClient,
  type WebSocketOptions,
  type WireData,
  createWebSocket,
} from '@tautline/core'

/** A client, and everything that it has said. */
export interface Line {
  readonly client: WebSocketClient<WireData, Sendable, WireData | undefined>
  /** Each status that it came to, in order. */
  readonly statuses: readonly Status[]
  readonly messages: readonly WireData[]
  readonly errors: readonly Error[]
  readonly opens: readonly OpenInfo[]
  readonly closes: readonly ClosedEvent[]
  /** Resolves when it is so, looking after each thing that the client says. */
  until(reached: (line: Line) => boolean): Promise<void>
}

/** Retries at once, so that a test does not wait; linger 0, so that it leaves nothing behind. */
export const brisk = { retry: { delay: () => 20 }, linger: 0 } as const

/** Opens a client that is closed when the test ends. */
export function openLine(
  url: UrlOption,
  options: WebSocketOptions<WireData, Sendable, WireData | undefined> = {},
): Line {
  const client = createWebSocket(url, { ...brisk, ...options })
  const statuses: Status[] = []
  const messages: WireData[] = []
  const errors: Error[] = []
  const opens: OpenInfo[] = []
  const closes: ClosedEvent[] = []
  const looks = new Set<() => void>()
  const look = () => {
    for (const each of looks) each()
  }
  const line: Line = {
    client,
    statuses,
    messages,
    errors,
    opens,
    closes,
    until: (reached) =>
      new Promise((resolve) => {
        const each = () => {
          if (!reached(line)) return
          looks.delete(each)
          resolve()
        }
        looks.add(each)
        each()
      }),
  }
  const keep =
    <Value>(list: Value[]) =>
    (value: Value) => {
      list.push(value)
      look()
    }
  client.on('transition', ({ from, to }) => {
    if (to.status !== from.status) statuses.push(to.status)
    look()
  })
  client.on('message', keep(messages))
  client.on('error', keep(errors))
  client.on('open', keep(opens))
  client.on('close', keep(closes))
  client.open()
  onTestFinished(() => client.close())
  return line
}

/** It is in this status now. */
export const is =
  (status: Status) =>
  ({ client }: Line): boolean =>
    client.getSnapshot().status === status

/** It has been open so many times. */
export const openedTimes =
  (times: number) =>
  ({ statuses }: Line): boolean =>
    statuses.filter((status) => status === 'open').length >= times

/** The statuses of a first attempt that fails so many times, and then opens. */
export const openAfter = (failures: number): readonly Status[] => [
  'connecting',
  ...Array.from({ length: failures }, () => ['backoff', 'connecting'] as const).flat(),
  'open',
]

/** What a text message says: the server speaks JSON, and a test knows of which shape. */
export function parsed(raw: WireData): unknown {
  if (typeof raw !== 'string') throw new TypeError('Not a text message')
  return JSON.parse(raw)
}
