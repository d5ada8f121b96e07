import type { Environment, PageEvent, UrlOption } from '@tautline/core'
import { type TestEnvironment, createTestEnvironment } from '@tautline/core/testing'
import { expect, vi } from 'vitest'
import type {
  CommonOptions,
  ConnectionOptions,
  Driver,
  Hydrated,
  HttpOptions,
  MountSettings,
  Mounted,
  PollOptions,
  Sending,
  Shown,
  SocketOptions,
  StreamOptions,
} from './driver.ts'
import type { ConnectionServer } from '../connection/server.ts'
import type { StreamServer } from '../event-source/server.ts'
import type { Attempt, HttpServer, Server, SilentNetwork } from './mock-server.ts'
import type { PollServer } from '../long-poll/server.ts'
import type { SocketServer } from '../web-socket/server.ts'

/** The options of a hook that a page knows. */
interface OptionsWithEnvironment {
  readonly environment?: Partial<Environment> | undefined
}

/** A page with its own clock, a framework and a mocked server. */
export interface Page<Options, Own, Serving extends Server> {
  readonly server: Serving
  /** The environment of all hooks on this page. */
  readonly environment: Partial<Environment>
  /** A network that opens and fails connections only on command. */
  readonly silent: SilentNetwork & {
    readonly environment: Partial<Environment>
    /** The attempts of any kind of connection, oldest first. */
    readonly attempts: readonly Attempt[]
  }
  /** Errors without a handler. Any error that is left here fails the scenario. */
  readonly reported: unknown[]
  /** The number of running timers. */
  readonly timers: number
  /** Mounts a component with the hook. */
  mount(url: UrlOption, options?: Options, settings?: MountSettings): Mounted<Options> & Own
  /** Mounts a component and waits until it is open. */
  mountOpen(url: UrlOption, options?: Options, settings?: MountSettings): Promise<Mounted<Options> & Own>
  renderOnServer(url: UrlOption, options?: Options): Promise<string>
  /** Hydrates what `renderOnServer` returned. */
  hydrate(html: string, url: UrlOption, options?: Options): Hydrated<Shown>
  /** Waits until the assertions pass. */
  until(assertions: () => void): Promise<void>
  /** Waits for pending tasks without moving the clock. */
  settle(): Promise<void>
  /** Moves the clock and runs the timers that are due. */
  advance(ms: number): Promise<void>
  /** Moves the clock without running timers, as a sleeping machine does. */
  sleep(ms: number): void
  signal(signal: PageEvent): void
  /** Unmounts all components and checks that nothing is left running. */
  end(): Promise<void>
}

/** A page for the common scenarios. */
export type CommonPage = Page<CommonOptions, unknown, Server>
/** A page whose connections are HTTP requests. */
export type HttpPage = Page<CommonOptions & HttpOptions, unknown, HttpServer>
export type SocketPage = Page<SocketOptions, Sending, SocketServer>
export type ConnectionPage = Page<ConnectionOptions, Sending, ConnectionServer>
export type StreamPage = Page<StreamOptions, unknown, StreamServer>
export type PollPage = Page<PollOptions, unknown, PollServer>

export function createPage<Options extends OptionsWithEnvironment, Own, Serving extends Server>(
  driver: Driver<Options, Own>,
  server: Serving,
): Page<Options, Own, Serving> {
  const clock = createTestEnvironment({ baseUrl: `${server.origin}/` })
  const reported: unknown[] = []
  const mounted: { unmount(): void }[] = []
  const environment = environmentOf(clock, (error) => reported.push(error))
  const { WebSocket, fetch, sockets, requests } = clock
  // The scenario's own environment overrides that of the page.
  const withDefaults = (options?: Options) => ({ environment, ...server.kind.plain, ...options }) as Options
  const page: Page<Options, Own, Serving> = {
    server,
    environment,
    silent: {
      environment: { ...environment, WebSocket, fetch },
      sockets,
      requests,
      get attempts() {
        return server.kind.attemptsOf({ sockets, requests })
      },
    },
    reported,
    get timers() {
      return clock.timers
    },
    mount(url, options, settings = {}) {
      const one = driver.mount(url, withDefaults(options), settings)
      mounted.push(one)
      const { rerender } = one
      return Object.assign(one, {
        rerender: (next: UrlOption, nextOptions?: Options) => rerender(next, withDefaults(nextOptions)),
      })
    },
    async mountOpen(url, options, settings) {
      const one = page.mount(url, options, settings)
      await page.until(() => expect(one.shown.status).toBe('open'))
      return one
    },
    renderOnServer: (url, options) => driver.renderOnServer(url, withDefaults(options)),
    hydrate(html, url, options) {
      const one = driver.hydrate(html, url, withDefaults(options))
      mounted.push(one)
      return one
    },
    until: (assertions) => vi.waitFor(assertions, { timeout: 20_000, interval: 1 }),
    settle,
    async advance(ms) {
      await settle()
      await clock.advance(ms)
      await settle()
    },
    sleep: clock.jump,
    signal: clock.emitPageEvent,
    async end() {
      for (const one of mounted) one.unmount()
      await page.advance(60_000)
      // The server may not have seen the last aborts yet.
      await page.until(() => expect(server.unfinished, 'open connections').toEqual([]))
      expectNothingLeft(clock)
      expect(reported, 'errors without a handler').toEqual([])
    },
  }
  return page
}

function environmentOf(clock: TestEnvironment, reportError: (error: unknown) => void): Partial<Environment> {
  const { now, random, setTimeout, clearTimeout, onPageEvent, baseUrl } = clock
  return {
    now,
    random,
    setTimeout,
    clearTimeout,
    onPageEvent,
    baseUrl,
    // Frames run by themselves, unlike timers.
    requestFrame: (callback: () => void) => void setImmediate(callback),
    reportError,
    WebSocket: globalThis.WebSocket,
  }
}

function expectNothingLeft({ timers, listeners, sockets, requests }: TestEnvironment): void {
  expect(timers, 'timers that still run').toBe(0)
  expect(listeners, 'listeners on the page').toBe(0)
  const silent = [
    ...sockets.filter(({ readyState, closedWith }) => readyState < 2 && !closedWith),
    ...requests.filter(({ cancelled }) => !cancelled),
  ]
  expect(silent, 'open connections of the silent network').toEqual([])
}

/** Waits for a few turns of the event loop, enough for MSW, React's scheduler and Vue's queue. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The statuses that a component has shown, without repetitions. */
export function statuses({ renders }: Pick<Mounted<never>, 'renders'>): unknown[] {
  const shown = renders.map(({ status }) => status)
  return shown.filter((status, index) => status !== shown[index - 1])
}
