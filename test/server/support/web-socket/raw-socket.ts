import { onTestFinished } from 'vitest'
import {
  type Observer,
  type Sendable,
  type Status,
  type UrlOption,
  type WebSocketClient,
  type WebSocketOptions,
  type WireData,
  createWebSocket,
} from '@tautline/core'
import { type Recorded, record } from '../recorded.ts'

/** A client without a codec, with a record of everything that it has emitted. */
export type RawSocket = Recorded<WireData, WebSocketClient<WireData, Sendable, WireData | undefined>>

/** Retries at once and has no close delay, so that a test neither waits nor leaves a connection open. */
export const brisk = { retry: { delay: () => 20 }, closeDelay: 0 } as const

/** Opens a client that is closed when the test ends. */
export function openSocket(
  url: UrlOption,
  options: WebSocketOptions<WireData, Sendable, WireData | undefined> = {},
): RawSocket {
  const socket = record<WireData, RawSocket['client']>(createWebSocket(url, { ...brisk, ...options }))
  socket.client.open()
  onTestFinished(() => socket.client.close())
  return socket
}

/** The client has this status now. */
export const is =
  (status: Status) =>
  ({ client }: { readonly client: Pick<Observer<never>, 'getSnapshot'> }): boolean =>
    client.getSnapshot().status === status

/** The client has opened this many times. */
export const openedTimes =
  (times: number) =>
  ({ statuses }: Pick<RawSocket, 'statuses'>): boolean =>
    statuses.filter((status) => status === 'open').length >= times

/** The statuses of a first attempt that fails this many times, and then opens. */
export const openAfter = (failures: number): readonly Status[] => [
  'connecting',
  ...Array.from({ length: failures }, () => ['backoff', 'connecting'] as const).flat(),
  'open',
]

/** Parses a text message. The server sends JSON, and each test knows its shape. */
export function parsed(raw: WireData): unknown {
  if (typeof raw !== 'string') throw new TypeError('Not a text message')
  return JSON.parse(raw)
}
