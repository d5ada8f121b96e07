import { type Environment, type WebSocketConstructor, browserEnvironment } from '@tautline/core'
import { watched } from './real-sockets.ts'

/** What is still running. */
export interface Balance {
  /** Timers that have neither fired nor been cleared. */
  readonly timers: number
  /** Listeners to the page and the network. */
  readonly listeners: number
  /** Sockets that have not ended, by the platform's own word. */
  readonly sockets: number
}

/** The platform's environment, with an account of everything that it is asked for. */
export interface Ledger {
  readonly environment: Environment
  /** How many sockets were ever dialled. */
  readonly dialled: number
  balance(): Balance
  /** Those that were dialled and that something still holds on to. */
  reachable(): number
}

export function createLedger(WebSocket: WebSocketConstructor): Ledger {
  const platform = browserEnvironment()
  const timers = new Set<unknown>()
  const everDialled: WeakRef<WebSocket>[] = []
  let listeners = 0
  let ended = 0
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
      signals(listener) {
        const stop = platform.signals(listener)
        listeners += 1
        return () => {
          listeners -= 1
          stop()
        }
      },
      WebSocket: watched(WebSocket, (socket) => {
        everDialled.push(new WeakRef(socket))
        socket.addEventListener('close', () => (ended += 1))
      }),
    },
    get dialled() {
      return everDialled.length
    },
    balance: () => ({ timers: timers.size, listeners, sockets: everDialled.length - ended }),
    reachable: () => everDialled.filter((socket) => socket.deref()).length,
  }
}

export const settled: Balance = { timers: 0, listeners: 0, sockets: 0 }
