import type { Environment, UrlOption } from '@tautline/core'
import type { AnyFetchOptions } from '@tautline/core/fetch'
import { expect, onTestFinished } from 'vitest'
import type {
  FetchDriver,
  FetchMountSettings,
  FetchShown,
  Hydrated,
  MountedFetch,
} from '../support/driver.ts'
import { type FetchServer, type Head, mockFetchServer } from './server.ts'
import { type Page, createPage } from '../support/page.ts'
import type { Scenario } from '../support/scenario.ts'

/** The members that a page has for all hooks. */
type BasePage = Pick<
  Page<object, unknown, FetchServer>,
  'server' | 'reported' | 'timers' | 'until' | 'settle' | 'advance' | 'signal' | 'end'
>

/** A page for components with `useFetch`, with its own clock and a mocked server. */
export interface FetchPage extends BasePage {
  /** The environment of all hooks on this page. */
  readonly environment: Partial<Environment>
  /** Calls of `fetch`, such as 'GET /user', oldest first; also those aborted before they reached the server. */
  readonly requested: readonly string[]
  mount(url: UrlOption, options?: AnyFetchOptions, settings?: FetchMountSettings): MountedFetch
  /** Mounts a component and responds to its request. */
  mountWithResponse(
    url: UrlOption,
    body: unknown,
    options?: AnyFetchOptions & { readonly head?: Head },
    settings?: FetchMountSettings,
  ): Promise<MountedFetch>
  /** Waits for a request, responds to the oldest one in flight, and lets the page handle it. */
  respond(body?: unknown, head?: Head): Promise<void>
  renderOnServer(url: UrlOption, options?: AnyFetchOptions): Promise<string>
  /** Hydrates what `renderOnServer` returned. */
  hydrate(html: string, url: UrlOption, options?: AnyFetchOptions): Hydrated<FetchShown>
}

export type FetchScenario = Scenario<FetchPage>

const mountNothing = () => {
  throw new Error('Components with other hooks are mounted elsewhere')
}

export function createFetchPage(driver: FetchDriver, server: FetchServer): FetchPage {
  const basePage = createPage(
    { mount: mountNothing, renderOnServer: mountNothing, hydrate: mountNothing },
    server,
  )
  const mounted: { unmount(): void }[] = []
  const requested: string[] = []
  const environment: Partial<Environment> = {
    ...basePage.environment,
    fetch(url, init) {
      const { pathname, search } = new URL(url)
      requested.push(`${init.method} ${pathname}${search}`)
      return fetch(url, init)
    },
    get XMLHttpRequest() {
      return globalThis.XMLHttpRequest
    },
  }
  const withDefaults = (options?: AnyFetchOptions): AnyFetchOptions => ({ environment, ...options })
  const underWay = () => {
    const call = server.calls.find(({ isInFlight }) => isInFlight)
    if (!call) throw new Error('No request is in flight')
    return call
  }
  const { reported, until, settle, advance, signal } = basePage
  const page: FetchPage = {
    server,
    environment,
    requested,
    reported,
    get timers() {
      return basePage.timers
    },
    until,
    settle,
    advance,
    signal,
    mount(url, options, settings = {}) {
      const one = driver.mount(url, withDefaults(options), settings)
      mounted.push(one)
      const { rerender } = one
      return Object.defineProperty(one, 'rerender', {
        value: (next: UrlOption, nextOptions?: AnyFetchOptions) =>
          rerender(next, withDefaults(nextOptions ?? options)),
      })
    },
    async mountWithResponse(url, body, { head, ...options } = {}, settings) {
      const one = page.mount(url, options, settings)
      await page.respond(body, head)
      return one
    },
    async respond(body, head) {
      await until(() => expect(underWay).not.toThrow())
      underWay().respond(body, head)
      await settle()
    },
    renderOnServer: (url, options) => driver.renderOnServer(url, withDefaults(options)),
    hydrate(html, url, options) {
      const one = driver.hydrate(html, url, withDefaults(options))
      mounted.push(one)
      return one
    },
    async end() {
      for (const one of mounted) one.unmount()
      await basePage.end()
    },
  }
  return page
}

/** For tests of one framework: one server per file, and pages that are checked at the end of each test. */
export function fetchPages(driver: FetchDriver): { readonly server: FetchServer; open(): FetchPage } {
  const server = mockFetchServer()
  return {
    server,
    open() {
      const page = createFetchPage(driver, server)
      onTestFinished(() => page.end())
      return page
    },
  }
}
