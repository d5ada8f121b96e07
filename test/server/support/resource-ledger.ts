import { type Environment, type WebSocketConstructor, browserEnvironment } from '@tautline/core'
import { watched } from './web-socket/real-sockets.ts'

/** What is still active. */
export interface Balance {
  /** Timers that have neither fired nor been cleared. */
  readonly timers: number
  /** Listeners for page and network events. */
  readonly listeners: number
  /** Sockets for which the platform has reported no end. */
  readonly sockets: number
}

/** The platform's environment, with a count of everything that was requested from it. */
export interface ResourceLedger {
  readonly environment: Environment
  /** How many sockets have been created. */
  readonly socketsCreated: number
  balance(): Balance
  /** Sockets that are still reachable. */
  reachable(): number
}

/** The balance of timers and listeners. */
function createAccount(): {
  readonly environment: Environment
  balance(): Pick<Balance, 'timers' | 'listeners'>
} {
  const platform = browserEnvironment()
  const timers = new Set<unknown>()
  let listeners = 0
  return {
    environment: {
      ...platform,
      setTimeout(callback, ms) {
        const handle = platform.setTimeout(() => {
          timers.delete(handle)
          callback()
        }, ms)
        timers.add(handle)
        return handle
      },
      clearTimeout(handle) {
        timers.delete(handle)
        platform.clearTimeout(handle)
      },
      onPageEvent(listener) {
        const stop = platform.onPageEvent(listener)
        listeners += 1
        return () => {
          listeners -= 1
          stop()
        }
      },
    },
    balance: () => ({ timers: timers.size, listeners }),
  }
}

export function createResourceLedger(WebSocket: WebSocketConstructor): ResourceLedger {
  const account = createAccount()
  const allSockets: WeakRef<WebSocket>[] = []
  let ended = 0
  return {
    environment: {
      ...account.environment,
      WebSocket: watched(WebSocket, (socket) => {
        allSockets.push(new WeakRef(socket))
        socket.addEventListener('close', () => (ended += 1))
      }),
    },
    get socketsCreated() {
      return allSockets.length
    },
    balance: () => ({ ...account.balance(), sockets: allSockets.length - ended }),
    reachable: () => allSockets.filter((socket) => socket.deref()).length,
  }
}

export const settled: Balance = { timers: 0, listeners: 0, sockets: 0 }

/** The same for requests. The platform owns their sockets, so the server and the proxy count these. */
export interface RequestLedger {
  readonly environment: Environment
  /** How many requests have been sent. */
  readonly made: number
  balance(): Pick<Balance, 'timers' | 'listeners'>
  /** Responses and signals that are still reachable. */
  reachable(): number
}

export function createRequestLedger(): RequestLedger {
  const account = createAccount()
  const { fetch } = account.environment
  const held: WeakRef<object>[] = []
  let made = 0
  return {
    environment: {
      ...account.environment,
      async fetch(input, init) {
        if (!fetch) throw new Error('Every platform of these tests has fetch')
        made += 1
        if (init.signal) held.push(new WeakRef(init.signal))
        const response = await fetch(input, init)
        held.push(new WeakRef(response))
        return response
      },
    },
    get made() {
      return made
    },
    balance: account.balance,
    reachable: () => held.filter((one) => one.deref()).length,
  }
}
