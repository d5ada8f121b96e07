import type { DefaultOptions } from '@tautline/react'
import { describe, test } from 'vitest'
import { type FetchPage, createFetchPage } from '../fetch/page.ts'
import { createResponse, mockFetchServer } from '../fetch/server.ts'
import type { Hydrated } from '../support/driver.ts'
import { failOnConsoleOutput } from '../support/run.ts'
import type { Scenario } from '../support/scenario.ts'
import {
  type ListDriver,
  type ListField,
  type ListShown,
  type MountedList,
  type Request,
  DEFAULT_LIST_FIELDS,
} from './driver.ts'

/** A request, or its URL. */
export type Given = Request | string | null

/** A web page for components with `useFetches`, and a server that responds with the path of each request. */
export interface ListPage extends Pick<
  FetchPage,
  'requested' | 'server' | 'environment' | 'until' | 'settle' | 'advance'
> {
  /** The server responds only when the returned function is called. */
  hold(): () => void
  mount(
    requests: readonly Given[],
    settings?: { readonly shows?: readonly ListField[]; readonly defaults?: DefaultOptions },
  ): Omit<MountedList, 'rerender'> & { rerender(requests: readonly Given[]): void }
  renderOnServer(requests: readonly Given[]): Promise<string>
  hydrate(html: string, requests: readonly Given[]): Hydrated<ListShown>
  end(): Promise<void>
}

export type ListScenario = Scenario<ListPage>

export const dataOf = (shown: ListShown | undefined): readonly unknown[] =>
  (shown ?? []).map(({ data }) => data)

const notUsed = () => {
  throw new Error('Components with useFetch are mounted elsewhere')
}

function createListPage(driver: ListDriver, server: ReturnType<typeof mockFetchServer>): ListPage {
  const base = createFetchPage({ mount: notUsed, renderOnServer: notUsed, hydrate: notUsed }, server)
  const mounted: { unmount(): void }[] = []
  server.onCall = ({ path }) => createResponse(path)
  const { environment } = base
  const toRequests = (requests: readonly Given[]) =>
    requests.map((one) => ({
      environment,
      retry: false as const,
      ...(typeof one === 'string' || one === null ? { url: one } : one),
    }))
  return {
    ...base,
    hold() {
      let release: () => void = () => {}
      const released = new Promise<void>((resolve) => (release = resolve))
      const { onCall } = server
      server.onCall = async (call) => {
        await released
        return (await onCall(call)) ?? undefined
      }
      return () => {
        server.onCall = onCall
        release()
      }
    },
    mount(requests, { shows = DEFAULT_LIST_FIELDS, defaults } = {}) {
      const one = driver.mount(toRequests(requests), shows, defaults)
      mounted.push(one)
      const { rerender } = one
      return Object.defineProperty(one, 'rerender', {
        value: (next: readonly Given[]) => rerender(toRequests(next)),
      })
    },
    renderOnServer: (requests) => driver.renderOnServer(toRequests(requests)),
    hydrate(html, requests) {
      const one = driver.hydrate(html, toRequests(requests))
      mounted.push(one)
      return one
    },
    async end() {
      for (const one of mounted) one.unmount()
      await base.end()
    },
  }
}

/** Runs each scenario on its own page. */
export function runListScenarios(driver: ListDriver, scenarios: readonly ListScenario[]): void {
  const server = mockFetchServer()
  failOnConsoleOutput()
  describe('several requests of one hook', () => {
    for (const { name, run } of scenarios) {
      test(name, async () => {
        const page = createListPage(driver, server)
        await run(page)
        await page.end()
      })
    }
  })
}
