import {
  type FetchOptions,
  type FetchSnapshot,
  type UrlOption,
  createFetch,
  observeFetch,
} from '../../src/fetch/index.ts'
import { type FakeRequest, type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'

/** Options of a request, whatever its answers are. */
export type AnyOptions = Omit<FetchOptions<unknown, unknown>, 'select'>

/** A hook that is mounted in a world that the test runs. */
export function mountFetch(
  environment: TestEnvironment,
  ...given: [url?: UrlOption, options?: FetchOptions<unknown, unknown, unknown>]
) {
  const [url, options] = given.length === 0 ? ['/user'] : given
  const observer = observeFetch<unknown, unknown>(url, { environment, notify: 'sync', ...options })
  const shown: FetchSnapshot<unknown>[] = [observer.getSnapshot()]
  const said: string[] = []
  observer.on('message', (message) => said.push(`message ${JSON.stringify(message)}`))
  observer.on('error', (error) => said.push(`error ${'code' in error ? String(error.code) : error.message}`))
  observer.on('retry', ({ attempt }) => said.push(`retry ${attempt}`))
  observer.on('giveup', ({ attempts }) => said.push(`giveup ${attempts}`))
  const leave = observer.subscribe(() => void shown.push(observer.getSnapshot()))
  const setOptions = (place: UrlOption, next: FetchOptions<unknown, unknown, unknown> = {}) =>
    observer.setOptions(place, { environment, notify: 'sync', ...next })
  return { observer, shown, said, leave, setOptions }
}

/** The same without a framework. */
export function client(environment: TestEnvironment, url: UrlOption = '/user', options: AnyOptions = {}) {
  return createFetch<unknown, unknown>(url, { environment, ...options })
}

/** How a server answers. */
export interface Answer {
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The server answers a request, the newest unless another is given, and all that follows from it at once happens. What is no text is sent as JSON. */
export async function answer(
  environment: TestEnvironment,
  body?: unknown,
  { status = 200, headers = {} }: Answer = {},
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

export const world = createTestEnvironment
