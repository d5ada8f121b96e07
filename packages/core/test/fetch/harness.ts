import {
  type FetchOptions,
  type FetchSnapshot,
  type UrlOption,
  createFetch,
  observeFetch,
} from '../../src/fetch/index.ts'
import { type FakeRequest, type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'
import { withEvents } from '../events.ts'

/** Options of a request with any responses. */
export type AnyOptions = Omit<FetchOptions<unknown, unknown>, 'select'>

/** Mounts an observer in a test environment. */
export function mountFetch(
  environment: TestEnvironment,
  ...given: [url?: UrlOption, options?: FetchOptions<unknown, unknown, unknown>]
) {
  const [url, options] = given.length === 0 ? ['/user'] : given
  const observer = withEvents(
    observeFetch<unknown, unknown>(url, { environment, notify: 'sync', ...options }),
  )
  const shown: FetchSnapshot<unknown>[] = [observer.getSnapshot()]
  const emitted: string[] = []
  observer.on('message', (message) => emitted.push(`message ${JSON.stringify(message)}`))
  observer.on('error', (error) => emitted.push(`error ${error.code}`))
  observer.on('retry', ({ attempt }) => emitted.push(`retry ${attempt}`))
  observer.on('give-up', ({ attempts }) => emitted.push(`give-up ${attempts}`))
  const leave = observer.subscribe(() => void shown.push(observer.getSnapshot()))
  const setOptions = (nextUrl: UrlOption, next: FetchOptions<unknown, unknown, unknown> = {}) =>
    observer.setOptions(nextUrl, { environment, notify: 'sync', ...next })
  return { observer, shown, emitted, leave, setOptions }
}

/** Creates a client. */
export function client(environment: TestEnvironment, url: UrlOption = '/user', options: AnyOptions = {}) {
  return createFetch<unknown, unknown>(url, { environment, ...options })
}

/** Status and headers of a response. */
export interface ResponseHead {
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Returns a head with this `Cache-Control` and more headers. */
export const cacheControl = (value: string, more: Readonly<Record<string, string>> = {}): ResponseHead => ({
  headers: { 'cache-control': value, ...more },
})

/**
 * Responds to a request, by default the newest, and lets everything happen that follows at once. A body that is not
 * text is sent as JSON.
 */
export async function respond(
  environment: TestEnvironment,
  body?: unknown,
  { status = 200, headers = {} }: ResponseHead = {},
  request: FakeRequest = environment.request,
): Promise<void> {
  const type = typeof body === 'string' ? 'text/plain' : 'application/json'
  request.respond({ status, headers: { 'content-type': type, ...headers } })
  await environment.advance(0)
  if (!/^(204|205|304)$/.test(String(status))) {
    if (body !== undefined)
      request.write(body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body))
    request.end()
  }
  await environment.advance(0)
}

export const createEnvironment = createTestEnvironment
