import type { Environment, PageEvent } from '../platform/environment.ts'
import { type VirtualClock, createVirtualClock } from './virtual-clock.ts'
import { type FakeRequest, createFakeFetch } from './fake-fetch.ts'
import { type FakeWebSocket, createFakeWebSocket } from './fake-web-socket.ts'

/** An environment whose time, chance, page, network and servers are the test's. Give it as the option `environment`. */
export interface TestEnvironment extends Environment, Pick<VirtualClock, 'advance' | 'jump' | 'timers'> {
  /** Every socket that was dialled, oldest first. */
  readonly sockets: readonly FakeWebSocket[]
  /** The newest socket. Throws when none was dialled yet. */
  readonly socket: FakeWebSocket
  /** Every request that was made, oldest first. */
  readonly requests: readonly FakeRequest[]
  /** The newest request. Throws when none was made yet. */
  readonly request: FakeRequest
  /** What the page or the network does. */
  emitPageEvent(signal: PageEvent): void
  /** How many connections listen to the page. */
  readonly listeners: number
  /** What was reported because nobody listened. */
  readonly errors: readonly unknown[]
}

export interface TestEnvironmentOptions {
  /** What `random()` gives. @default () => 0.5 */
  readonly random?: () => number
  /** @default 'https://test.example/' */
  readonly baseUrl?: string | undefined
  /** The first `now()`, in ms. @default 1_000_000 */
  readonly start?: number
  /** Is it one that answers many users? @default false */
  readonly isServer?: boolean
}

/**
 * @example
 * const environment = createTestEnvironment()
 * const chat = createWebSocket('/chat', { environment })
 * chat.open()
 * await environment.advance(0)
 * environment.socket.accept()
 */
export function createTestEnvironment(options: TestEnvironmentOptions = {}): TestEnvironment {
  const clock = createVirtualClock(options.start)
  const { WebSocket, sockets } = createFakeWebSocket()
  const { fetch, requests } = createFakeFetch()
  const listeners = new Set<(signal: PageEvent) => void>()
  const errors: unknown[] = []
  return {
    now: clock.now,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    advance: clock.advance,
    jump: clock.jump,
    get timers() {
      return clock.timers
    },
    random: options.random ?? (() => 0.5),
    requestFrame: (callback) => void clock.setTimeout(callback, 16),
    scheduleTask: (callback) => void clock.setTimeout(callback, 0),
    onPageEvent(listener) {
      const ownListener = (signal: PageEvent) => listener(signal)
      listeners.add(ownListener)
      return () => listeners.delete(ownListener)
    },
    reportError: (error) => void errors.push(error),
    baseUrl: 'baseUrl' in options ? options.baseUrl : 'https://test.example/',
    WebSocket,
    sockets,
    fetch,
    XMLHttpRequest: undefined,
    isServer: options.isServer ?? false,
    requests,
    get request() {
      return newest(requests, 'No request was made yet: open the stream, or ask')
    },
    get socket() {
      return newest(sockets, 'No socket was dialled yet: open the connection')
    },
    emitPageEvent(signal) {
      for (const listener of listeners) listener(signal)
    },
    get listeners() {
      return listeners.size
    },
    errors,
  }
}

/** What a test looks at before there is anything is most often a test that has forgotten to wait. */
function newest<One>(all: readonly One[], message: string): One {
  const item = all.at(-1)
  if (!item) throw new Error(`${message}, and \`await environment.advance(0)\``)
  return item
}
