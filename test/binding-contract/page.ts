import type { Signal, UrlOption } from '@tautline/core'
import { type FakeWebSocket, createTestEnvironment } from '@tautline/core/testing'
import { expect, vi } from 'vitest'
import type { Driver, MountSettings, Mounted, Options } from './driver.ts'
import { ORIGIN, type Server } from './server.ts'

/** A page with its own clock and network, in a framework, before a mocked server. */
export interface Page {
  readonly server: Server
  /** The environment of every hook on this page. */
  readonly environment: NonNullable<Options['environment']>
  /** The same page before a network that answers by hand, for lines that neither open nor fail. */
  readonly silent: {
    readonly environment: NonNullable<Options['environment']>
    readonly sockets: readonly FakeWebSocket[]
  }
  /** Errors that nobody listened to. Whatever is left here at the end fails the scenario. */
  readonly reported: unknown[]
  /** How many timers run. */
  readonly timers: number
  /** Mounts a component with `useWebSocket(url, options)`. */
  mount(url: UrlOption, options?: Options, settings?: MountSettings): Mounted
  /** Mounts one, and waits until it is open. */
  mountOpen(url: UrlOption, options?: Options, settings?: MountSettings): Promise<Mounted>
  renderOnServer(url: UrlOption, options?: Options): Promise<string>
  /** Waits until the assertions inside hold. */
  until(assertions: () => void): Promise<void>
  /** Lets everything happen that needs no more time. */
  settle(): Promise<void>
  /** Moves the clock, and lets happen what falls due. */
  advance(ms: number): Promise<void>
  signal(signal: Signal): void
  /** Unmounts what is left, and checks that nothing is left running. */
  end(): Promise<void>
}

export function createPage(driver: Driver, server: Server): Page {
  const clock = createTestEnvironment({ baseUrl: `${ORIGIN}/` })
  const reported: unknown[] = []
  const mounted: Mounted[] = []
  const { now, random, setTimeout, clearTimeout, signals, baseUrl } = clock
  const environment = {
    now,
    random,
    setTimeout,
    clearTimeout,
    signals,
    baseUrl,
    // Frames come by themselves, as in a page; time does not.
    requestFrame: (callback: () => void) => void setImmediate(callback),
    reportError: (error: unknown) => void reported.push(error),
    WebSocket: globalThis.WebSocket,
  }
  const page: Page = {
    server,
    environment,
    silent: { environment: { ...environment, WebSocket: clock.WebSocket }, sockets: clock.sockets },
    reported,
    get timers() {
      return clock.timers
    },
    mount(url, options = {}, settings = {}) {
      const one = driver.mount(url, { environment, ...options }, settings)
      mounted.push(one)
      return {
        ...one,
        get renders() {
          return one.renders
        },
        get shown() {
          return one.shown
        },
        rerender: (next, wishes = {}) => one.rerender(next, { environment, ...wishes }),
      }
    },
    async mountOpen(url, options, settings) {
      const one = page.mount(url, options, settings)
      await page.until(() => expect(one.shown.status).toBe('open'))
      return one
    },
    renderOnServer: (url, options = {}) => driver.renderOnServer(url, { environment, ...options }),
    until: (assertions) => vi.waitFor(assertions, { interval: 1 }),
    settle,
    async advance(ms) {
      await settle()
      await clock.advance(ms)
      await settle()
    },
    signal: clock.signal,
    async end() {
      for (const one of mounted) one.unmount()
      await page.advance(60_000)
      expect(clock.timers, 'timers that still run').toBe(0)
      expect(clock.listeners, 'listeners on the page').toBe(0)
      expect(
        server.peers.filter((peer) => !peer.closed),
        'sockets that are still open',
      ).toEqual([])
      const silent = clock.sockets.filter(({ readyState, closedWith }) => readyState < 2 && !closedWith)
      expect(silent, 'silent sockets that are still open').toEqual([])
      expect(reported, 'errors that nobody listened to').toEqual([])
    },
  }
  return page
}

/** A few turns of the event loop: the mocked network, React's scheduler and Vue's queue need no more. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The statuses that a component has shown, repetitions left out. */
export function statuses({ renders }: Mounted): unknown[] {
  const shown = renders.map(({ status }) => status)
  return shown.filter((status, index) => status !== shown[index - 1])
}
