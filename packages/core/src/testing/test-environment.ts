import type { FullEnvironment, PageEvent } from '../platform/environment.ts'
import { type VirtualClock, createVirtualClock } from './virtual-clock.ts'
import { type FakeRequest, createFakeFetch } from './fake-fetch.ts'
import { type FakeWebSocket, createFakeWebSocket } from './fake-web-socket.ts'

/**
 * An environment for tests: the test controls time, random numbers, page events, network and servers. Pass it as the
 * option `environment`.
 */
export interface TestEnvironment extends FullEnvironment, Pick<VirtualClock, 'advance' | 'jump' | 'timers'> {
  /** All sockets, oldest first. */
  readonly sockets: readonly FakeWebSocket[]
  /** The newest socket. @throws Error if there is none yet */
  readonly socket: FakeWebSocket
  /** All requests, oldest first. */
  readonly requests: readonly FakeRequest[]
  /** The newest request. @throws Error if there is none yet */
  readonly request: FakeRequest
  /** Fires an event of the page or the network. */
  emitPageEvent(pageEvent: PageEvent): void
  /** The number of listeners for page events. */
  readonly listeners: number
  /** The errors that were passed to `reportError`, oldest first. */
  readonly errors: readonly unknown[]
}

/** The options of `createTestEnvironment()`. */
export interface TestEnvironmentOptions {
  /** Replaces `Math.random()`. @default () => 0.5 */
  readonly random?: () => number
  /** The base of relative URLs. @default 'https://test.example/' */
  readonly baseUrl?: string | undefined
  /** The initial time, in ms since the epoch. @default 1_000_000 */
  readonly start?: number
  /** Whether the environment is a server, which has many users. @default false */
  readonly isServer?: boolean
}

/**
 * Creates an environment for tests, with a virtual clock and fake servers.
 *
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
  const listeners = new Set<(pageEvent: PageEvent) => void>()
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
      const ownListener = (pageEvent: PageEvent) => listener(pageEvent)
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
      return newest(requests, 'There is no request yet. Open the stream or start a request')
    },
    get socket() {
      return newest(sockets, 'There is no socket yet. Open the connection')
    },
    emitPageEvent(pageEvent) {
      for (const listener of listeners) listener(pageEvent)
    },
    get listeners() {
      return listeners.size
    },
    errors,
  }
}

/** Returns the last item. @throws Error if there is none, probably because the test has not waited */
function newest<Item>(all: readonly Item[], message: string): Item {
  const item = all.at(-1)
  if (!item) throw new Error(`${message}, then \`await environment.advance(0)\`.`)
  return item
}
