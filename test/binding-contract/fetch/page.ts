import type { Environment, UrlOption } from '@tautline/core'
import type { AnyFetchOptions } from '@tautline/core/fetch'
import { expect, onTestFinished } from 'vitest'
import type { FetchDriver, FetchMountSettings, MountedFetch } from '../support/driver.ts'
import { type FetchServer, type Head, mockFetchServer } from './server.ts'
import { type Page, createPage } from '../support/page.ts'
import type { Scenario } from '../support/scenario.ts'

/** What a page has whatever is mounted there: clock, network, signals. */
type Place = Pick<
  Page<object, unknown, FetchServer>,
  'server' | 'reported' | 'timers' | 'until' | 'settle' | 'advance' | 'signal' | 'end'
>

/** A page with its own clock and network before a mocked server, on which components with `useFetch` are mounted. */
export interface FetchPage extends Place {
  /** The environment of every hook on this page. */
  readonly environment: Partial<Environment>
  /** What was given to `fetch`, such as 'GET /user', oldest first: also what was aborted before a server could see it. */
  readonly asked: readonly string[]
  mount(url: UrlOption, options?: AnyFetchOptions, settings?: FetchMountSettings): MountedFetch
  /** Mounts one whose request is answered so. */
  mountAnswered(
    url: UrlOption,
    body: unknown,
    options?: AnyFetchOptions & { readonly head?: Head },
    settings?: FetchMountSettings,
  ): Promise<MountedFetch>
  /** Answers the oldest request that is under way, once there is one, and waits until the page has it. */
  answer(body?: unknown, head?: Head): Promise<void>
  renderOnServer(url: UrlOption, options?: AnyFetchOptions): Promise<string>
}

export type FetchScenario = Scenario<FetchPage>

const deaf = () => {
  throw new Error('Components with other hooks are mounted elsewhere')
}

export function createFetchPage(driver: FetchDriver, server: FetchServer): FetchPage {
  const place = createPage({ mount: deaf, renderOnServer: deaf }, server)
  const mounted: MountedFetch[] = []
  const asked: string[] = []
  const environment: Partial<Environment> = {
    ...place.environment,
    fetch(url, init) {
      const { pathname, search } = new URL(url)
      asked.push(`${init.method} ${pathname}${search}`)
      return fetch(url, init)
    },
    get XMLHttpRequest() {
      return globalThis.XMLHttpRequest
    },
  }
  const placed = (options?: AnyFetchOptions): AnyFetchOptions => ({ environment, ...options })
  const underWay = () => {
    const call = server.calls.find(({ isUnderWay }) => isUnderWay)
    if (!call) throw new Error('No request is under way')
    return call
  }
  const { reported, until, settle, advance, signal } = place
  const page: FetchPage = {
    server,
    environment,
    asked,
    reported,
    get timers() {
      return place.timers
    },
    until,
    settle,
    advance,
    signal,
    mount(url, options, settings = {}) {
      const one = driver.mount(url, placed(options), settings)
      mounted.push(one)
      const { rerender } = one
      return Object.defineProperty(one, 'rerender', {
        value: (next: UrlOption, wishes?: AnyFetchOptions) => rerender(next, placed(wishes ?? options)),
      })
    },
    async mountAnswered(url, body, { head, ...options } = {}, settings) {
      const one = page.mount(url, options, settings)
      await page.answer(body, head)
      return one
    },
    async answer(body, head) {
      await until(() => expect(underWay).not.toThrow())
      underWay().respond(body, head)
      await settle()
    },
    renderOnServer: (url, options) => driver.renderOnServer(url, placed(options)),
    async end() {
      for (const one of mounted) one.unmount()
      await place.end()
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
