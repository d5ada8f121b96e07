import type { Environment, PageEvent, UrlOption } from '@tautline/core'
import { type TestEnvironment, createTestEnvironment } from '@tautline/core/testing'
import { expect, vi } from 'vitest'
import type {
  CommonOptions,
  Driver,
  HttpOptions,
  MountSettings,
  Mounted,
  PollOptions,
  Sending,
  SocketOptions,
  StreamOptions,
} from './driver.ts'
import type { StreamServer } from '../event-source/server.ts'
import type { Attempt, HttpServer, Server, SilentNetwork } from './mock-server.ts'
import type { PollServer } from '../long-poll/server.ts'
import type { SocketServer } from '../web-socket/server.ts'

/** Options of any hook, as a page sees them. */
interface OptionsWithEnvironment {
  readonly environment?: Partial<Environment> | undefined
}

/** A page with its own clock and network, in a framework, before a mocked server. */
export interface Page<Options, Own, Serving extends Server> {
  readonly server: Serving
  /** The environment of every hook on this page. */
  readonly environment: Partial<Environment>
  /** The same page before a network that answers explicitly, for lines that neither open nor fail. */
  readonly silent: SilentNetwork & {
    readonly environment: Partial<Environment>
    /** What was connected there, whatever the kind of connection, oldest first. */
    readonly attempts: readonly Attempt[]
  }
  /** Errors that nobody listened to. Whatever is left here at the end fails the scenario. */
  readonly reported: unknown[]
  /** How many timers run. */
  readonly timers: number
  /** Mounts a component with the hook, called with this URL and these options. */
  mount(url: UrlOption, options?: Options, settings?: MountSettings): Mounted<Options> & Own
  /** Mounts one, and waits until it is open. */
  mountOpen(url: UrlOption, options?: Options, settings?: MountSettings): Promise<Mounted<Options> & Own>
  renderOnServer(url: UrlOption, options?: Options): Promise<string>
  /** Waits until the assertions inside hold. */
  until(assertions: () => void): Promise<void>
  /** Lets everything happen that needs no more time. */
  settle(): Promise<void>
  /** Moves the clock, and lets happen what falls due. */
  advance(ms: number): Promise<void>
  /** Moves the clock and lets nothing happen, as a machine that sleeps. */
  sleep(ms: number): void
  signal(signal: PageEvent): void
  /** Unmounts what is left, and checks that nothing is left running. */
  end(): Promise<void>
}

/** A page as the common scenarios see it: every page is one. */
export type CommonPage = Page<CommonOptions, unknown, Server>
/** One whose connections are requests, whatever comes back. */
export type HttpPage = Page<CommonOptions & HttpOptions, unknown, HttpServer>
export type SocketPage = Page<SocketOptions, Sending, SocketServer>
export type StreamPage = Page<StreamOptions, unknown, StreamServer>
export type PollPage = Page<PollOptions, unknown, PollServer>

export function createPage<Options extends OptionsWithEnvironment, Own, Serving extends Server>(
  driver: Driver<Options, Own>,
  server: Serving,
): Page<Options, Own, Serving> {
  const clock = createTestEnvironment({ baseUrl: `${server.origin}/` })
  const reported: unknown[] = []
  const mounted: Mounted<Options>[] = []
  const environment = environmentOf(clock, (error) => reported.push(error))
  const { WebSocket, fetch, sockets, requests } = clock
  // Every option may be missing, and a scenario's own environment goes first.
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
      // What was aborted may still be on its way to the server.
      await page.until(() => expect(server.unfinished, 'what is still open').toEqual([]))
      expectNothingLeft(clock)
      expect(reported, 'errors that nobody listened to').toEqual([])
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
    // Frames come by themselves, as in a page; time does not.
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
  expect(silent, 'what is still open before a silent network').toEqual([])
}

/** A few turns of the event loop: the mocked network, React's scheduler and Vue's queue need no more. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** The statuses that a component has shown, repetitions left out. */
export function statuses({ renders }: Pick<Mounted<never>, 'renders'>): unknown[] {
  const shown = renders.map(({ status }) => status)
  return shown.filter((status, index) => status !== shown[index - 1])
}
