import {
  type AnyFetchOptions,
  type FetchSnapshot,
  type UrlOption,
  observeFetches,
} from '../../src/fetch/index.ts'
import type { FakeRequest, TestEnvironment } from '../../src/testing/index.ts'
import { respond } from './harness.ts'
import { pathOf } from './pages-harness.ts'

/** A request of a list: a URL, or a URL with options. */
export type Item = UrlOption | readonly [url: UrlOption, options: AnyFetchOptions]

const isPair = (item: Item): item is readonly [UrlOption, AnyFetchOptions] => Array.isArray(item)

/** Mounts a list of requests in a test environment. */
export function mountList(environment: TestEnvironment, items: readonly Item[]) {
  const toRequests = (list: readonly Item[]) =>
    list.map((item) => {
      const [url, options] = isPair(item) ? item : [item]
      return { url, options: { environment, notify: 'sync' as const, ...options } }
    })
  const observer = observeFetches(toRequests(items))
  let plan = observer.plan(toRequests(items))
  let notifications = 0
  const subscribe = () => observer.subscribe(() => notifications++)
  let leave = subscribe()
  return {
    observer,
    get observers() {
      return plan.map((one) => one.observer)
    },
    /** What each request shows. */
    get shown(): readonly (FetchSnapshot<unknown> | undefined)[] {
      return plan.map((one) => observer.getSnapshot().get(one.observer))
    },
    get data() {
      return this.shown.map((snapshot) => snapshot?.data)
    },
    get notifications() {
      return notifications
    },
    /** Renders another list: returns what this render shows before it is committed. */
    set(next: readonly Item[]) {
      plan = observer.plan(toRequests(next))
      const rendered = plan.map((one) => {
        const preview = one.observer.preview(one.url, one.options)
        return (preview ?? observer.getSnapshot().get(one.observer) ?? one.observer.getSnapshot()).data
      })
      observer.apply(plan)
      return rendered
    },
    leave: () => leave(),
    comeBack: () => (leave = subscribe()),
  }
}

/** A server whose responses are the paths of the requests, unless `bodyOf` returns another body. */
export function createPathServer(
  environment: TestEnvironment,
  bodyOf: (request: FakeRequest) => string = pathOf,
) {
  let respondedCount = 0
  return {
    /** Responds to all requests, with this text after the body. Returns the paths. */
    async settle(suffix = ''): Promise<readonly string[]> {
      const paths: string[] = []
      for (;;) {
        await environment.advance(0)
        const request = environment.requests[respondedCount]
        if (!request) return paths
        respondedCount++
        if (request.aborted) continue
        const path = pathOf(request)
        paths.push(path)
        await respond(environment, bodyOf(request) + suffix, {}, request)
      }
    },
  }
}
