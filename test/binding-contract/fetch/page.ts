import type { Environment, UrlOption } from '@tautline/core'
import type { AnyFetchOptions } from '@tautline/core/fetch'
import { expect, onTestFinished } from 'vitest'
import type { FetchDriver, FetchMountSettings, MountedFetch } from '../support/driver.ts'
import { type FetchServer, type Head, mockFetchServer } from './server.ts'
import { type Page, createPage } from '../support/page.ts'
import type { Scenario } from '../support/scenario.ts'

/** What a page has whatever is mounted there: clock, network, signals. */
type BasePage = Pick<
  Page<object, unknown, FetchServer>,
  'server' | 'reported' | 'timers' | 'until' | 'settle' | 'advance' | 'signal' | 'end'
>

/** A page with its own clock and network before a mocked server, on which components with `useFetch` are mounted. */
export interface FetchPage extends BasePage {
  /** The environment of every hook on this page. */
  readonly environment: Partial<Environment>
  /** What was given to `fetch`, such as 'GET /user', oldest first: also what was aborted before a server could see it. */
  readonly requested: readonly string[]
  mount(url: UrlOption, options?: AnyFetchOptions, settings?: FetchMountSettings): MountedFetch
  /** Mounts one whose request is answered so. */
  mountWithResponse(
    url: UrlOption,
    body: unknown,
    options?: AnyFetchOptions & { readonly head?: Head },
    settings?: FetchMountSettings,
  ): Promise<MountedFetch>
  /** Answers the oldest request that is under way, once there is one, and waits until the page has it. */
  respond(body?: unknown, head?: Head): Promise<void>
  renderOnServer(url: UrlOption, options?: AnyFetchOptions): Promise<string>
}

export type FetchScenario = Scenario<FetchPage>

const mountNothing = () => {
  throw new Error('Components with other hooks are mounted elsewhere')
}

export function createFetchPage(driver: FetchDriver, server: FetchServer): FetchPage {
  const basePage = createPage({ mount: mountNothing, renderOnServer: mountNothing }, server)
  const mounted: MountedFetch[] = []
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
    const call = server.calls.find(({ isUnderWay }) => isUnderWay)
    if (!call) throw new Error('No request is under way')
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
    async end() {
      for (const one of mounted) one.unmount()
      await basePage.end()
    },
  }
  return page
}

/** For a framework's own tests: a server for the file, and a page for each test, which is checked when the test is over. */
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
