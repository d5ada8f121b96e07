import { type UrlOption, cursor, json } from '@tautline/core'
import { describe, expect, test } from 'vitest'
import { type FetchPage, createFetchPage } from '../fetch/page.ts'
import { createResponse, mockFetchServer } from '../fetch/server.ts'
import type { Hydrated } from '../support/driver.ts'
import { failOnConsoleOutput } from '../support/run.ts'
import type { Scenario } from '../support/scenario.ts'
import {
  type MountedPages,
  type Options,
  type Page,
  type PagesDriver,
  type PagesField,
  type PagesShown,
  DEFAULT_PAGES_FIELDS,
} from './driver.ts'

/** A web page for components with `useFetchPages`, and a server with a list of numbers, two on a page. */
export interface ListPage extends Pick<
  FetchPage,
  'requested' | 'server' | 'environment' | 'until' | 'settle' | 'advance' | 'signal'
> {
  /** The items of the server. */
  readonly items: number[]
  /** The server responds only when the returned function is called. */
  hold(): () => void
  mount(url: UrlOption, options?: Options, shows?: readonly PagesField[]): MountedPages
  /** Mounts a list and fetches this many pages. */
  mountLoaded(count: number, options?: Options): Promise<MountedPages>
  renderOnServer(url: UrlOption, options?: Options): Promise<string>
  hydrate(html: string, url: UrlOption, options?: Options): Hydrated<PagesShown>
  end(): Promise<void>
}

export type PagesScenario = Scenario<ListPage>

export const byCursor = { codec: json<Page>(), next: cursor('after', (page: Page) => page.next) }

export const itemsOf = ({ pages = [] }: PagesShown): number[] => pages.flatMap(({ items }) => items)

const notUsed = () => {
  throw new Error('Components with useFetch are mounted elsewhere')
}

function createListPage(driver: PagesDriver, server: ReturnType<typeof mockFetchServer>): ListPage {
  const base = createFetchPage({ mount: notUsed, renderOnServer: notUsed, hydrate: notUsed }, server)
  const items = [1, 2, 3, 4, 5, 6]
  const mounted: { unmount(): void }[] = []
  server.onCall = ({ path }) => {
    const after = new URLSearchParams(path.replace(/^[^?]*/, '')).get('after')
    const rest = items.filter((item) => item > Number(after ?? 0))
    return createResponse({ items: rest.slice(0, 2), next: rest.length > 2 ? rest[1] : null })
  }
  const { environment, until } = base
  const withDefaults = (options: Options = {}): Options => ({
    environment,
    retry: false,
    ...byCursor,
    ...options,
  })
  const page: ListPage = {
    ...base,
    items,
    hold() {
      const { onCall } = server
      let release: () => void = () => {}
      const released = new Promise<void>((resolve) => (release = resolve))
      server.onCall = async (call) => {
        await released
        return (await onCall(call)) ?? undefined
      }
      return () => {
        server.onCall = onCall
        release()
      }
    },
    mount(url, options, shows = DEFAULT_PAGES_FIELDS) {
      const one = driver.mount(url, withDefaults(options), shows)
      mounted.push(one)
      const { rerender } = one
      return Object.defineProperty(one, 'rerender', {
        value: (next: UrlOption, nextOptions?: Options) =>
          rerender(next, withDefaults(nextOptions ?? options)),
      })
    },
    async mountLoaded(count, options) {
      const one = page.mount('/items', options)
      await until(() => expect(one.shown.pages).toHaveLength(1))
      for (let size = 2; size <= count; size++) {
        void one.fetchNext()
        await until(() => expect(one.shown.pages).toHaveLength(size))
      }
      return one
    },
    renderOnServer: (url, options) => driver.renderOnServer(url, withDefaults(options)),
    hydrate(html, url, options) {
      const one = driver.hydrate(html, url, withDefaults(options))
      mounted.push(one)
      return one
    },
    async end() {
      for (const one of mounted) one.unmount()
      await base.end()
    },
  }
  return page
}

/** Runs each scenario on its own page. */
export function runPagesScenarios(driver: PagesDriver, scenarios: readonly PagesScenario[]): void {
  const server = mockFetchServer()
  failOnConsoleOutput()
  describe('lists of pages', () => {
    for (const { name, run } of scenarios) {
      test(name, async () => {
        const page = createListPage(driver, server)
        await run(page)
        await page.end()
      })
    }
  })
}
