import { json } from '../../src/shared/codec.ts'
import {
  type FetchPagesOptions,
  type FetchPagesSnapshot,
  type UrlOption,
  cursor,
  observeFetchPages,
} from '../../src/fetch/index.ts'
import { TRACKED_PAGES_FIELDS } from '../../src/fetch/pages/page-slot.ts'
import type { FakeRequest, TestEnvironment } from '../../src/testing/index.ts'
import { respond } from './harness.ts'

export interface Page {
  readonly items: readonly number[]
  readonly next: number | null
}

export const codec = json<Page>()
export const byCursor = { codec, next: cursor('after', (page: Page) => page.next) }

/** A server with a list of numbers, two on a page. The cursor is the last number of a page. */
export function createListServer(environment: TestEnvironment, items: number[] = [1, 2, 3, 4, 5, 6]) {
  let respondedCount = 0
  const pageOf = (request: FakeRequest): Page => {
    const { searchParams } = new URL(request.url)
    const after = searchParams.get('after')
    const page = searchParams.get('page')
    const start = page
      ? (Number(page) - 1) * 2
      : after === null
        ? 0
        : items.findIndex((item) => item > Number(after))
    const shown = start < 0 ? [] : items.slice(start, start + 2)
    const last = shown.at(-1)
    return { items: shown, next: last === undefined || last === items.at(-1) ? null : last }
  }
  return {
    items,
    headers: {} as Record<string, string>,
    /** Responds to all requests until there are no more. Returns their paths. */
    async settle(): Promise<string[]> {
      const paths: string[] = []
      for (;;) {
        await environment.advance(0)
        const request = environment.requests[respondedCount]
        if (!request) return paths
        respondedCount++
        if (request.aborted) continue
        paths.push(pathOf(request))
        await respond(environment, pageOf(request), { headers: this.headers }, request)
      }
    },
    /** Responds to the oldest open request. */
    async next(body?: unknown, status = 200): Promise<string | undefined> {
      await environment.advance(0)
      while (environment.requests[respondedCount]?.aborted) respondedCount++
      const request = environment.requests[respondedCount++]
      if (!request) return undefined
      await respond(environment, body ?? pageOf(request), { status, headers: this.headers }, request)
      return pathOf(request)
    },
    /** The paths of the requests that have no response. */
    get open(): string[] {
      return environment.requests
        .slice(respondedCount)
        .filter((request) => !request.aborted)
        .map(pathOf)
    },
  }
}

export const pathOf = ({ url }: FakeRequest): string => url.replace(/^https?:\/\/[^/]+/, '')

/** Mounts a list as a binding does. */
export function mountPages<PageType = Page>(
  environment: TestEnvironment,
  url: UrlOption,
  options: FetchPagesOptions<PageType>,
) {
  const complete = (own: FetchPagesOptions<PageType>) => ({
    environment,
    notify: 'sync' as const,
    retry: false as const,
    ...own,
  })
  const observer = observeFetchPages<PageType>(url, complete(options))
  for (const field of TRACKED_PAGES_FIELDS) observer.track(field)
  const first = observer.getSnapshot()
  const shown: FetchPagesSnapshot<PageType>[] = [first]
  const leave = observer.subscribe(() => void shown.push(observer.getSnapshot()))
  const setOptions = (nextUrl: UrlOption, next: FetchPagesOptions<PageType>) =>
    observer.setOptions(nextUrl, complete(next))
  return { observer, first, shown, leave, setOptions }
}

/** The items that a list shows. */
export const itemsOf = ({ getSnapshot }: { getSnapshot: () => FetchPagesSnapshot<Page> }): number[] =>
  getSnapshot().pages.flatMap(({ items }) => items)
