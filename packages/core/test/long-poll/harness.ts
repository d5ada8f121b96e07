import {
  type AnyLongPollOptions,
  type LongPollClient,
  type UrlOption,
  createLongPoll,
  observeLongPoll,
} from '../../src/long-poll/index.ts'
import {
  type TestEnvironment,
  type TestEnvironmentOptions,
  createTestEnvironment,
} from '../../src/testing/index.ts'
import { record, worldLike } from '../web-socket/harness.ts'

/** Options of a poll, whatever its answers are. */
export type PollOptions = Omit<AnyLongPollOptions, 'select'>

/** A world that knows when each request was made. */
export interface PollWorld extends TestEnvironment {
  /** In ms since the first one. */
  readonly starts: readonly number[]
}

/** @param like changes it */
export function pollWorld(
  options: TestEnvironmentOptions = {},
  like: (environment: TestEnvironment) => TestEnvironment = (same) => same,
): PollWorld {
  const environment = like(createTestEnvironment(options))
  const times: number[] = []
  const fetch: TestEnvironment['fetch'] = (url, init) => {
    times.push(environment.now())
    return environment.fetch?.(url, init) ?? Promise.reject(new Error('Nothing to ask'))
  }
  const starts = () => times.map((time) => time - (times[0] ?? 0))
  return Object.defineProperty(worldLike(environment, { fetch }), 'starts', { get: starts }) as PollWorld // what was defined is what it lacked
}

/** A poll in a world that the test runs, and all that it has said. */
export interface PollStage {
  readonly environment: PollWorld
  readonly client: LongPollClient<unknown, unknown>
  /** Every occurrence, oldest first, in a few words. */
  readonly said: string[]
  /** What was heard as an error. */
  readonly errors: Error[]
}

/** Sets a poll up and asks nothing. */
export function poll(
  options: PollOptions = {},
  url: UrlOption = '/news',
  environment: PollWorld = pollWorld(),
): PollStage {
  const client = createLongPoll<unknown, unknown, unknown>(url, { environment, ...options } as object)
  const errors: Error[] = []
  client.on('error', (error) => void errors.push(error))
  return { environment, client, said: record(client), errors }
}

/** The same, with the first request made. */
export async function polling(...given: Parameters<typeof poll>): Promise<PollStage> {
  const set = poll(...given)
  set.client.open()
  await set.environment.advance(0)
  return set
}

/** How a server answers. */
export interface Answer {
  /** @default 200 */
  readonly status?: number
  readonly headers?: HeadersInit
}

/** The server answers the newest request, and all that follows from it at once happens. What is no text is sent as JSON. */
export async function answer(
  environment: TestEnvironment,
  body: unknown,
  { status = 200, headers = {} }: Answer = {},
): Promise<void> {
  const { request } = environment
  const all = new Headers(headers)
  if (!all.has('content-type'))
    all.set('content-type', typeof body === 'string' ? 'text/plain' : 'application/json')
  request.respond({ status, headers: all })
  await environment.advance(0)
  if (!/^(204|205|304)$/.test(String(status))) {
    if (body !== undefined)
      request.write(
        body instanceof Uint8Array ? body : typeof body === 'string' ? body : JSON.stringify(body),
      )
    request.end()
  }
  await environment.advance(0)
}

/** The queries that were asked, oldest first. */
export function searches({ requests }: Pick<TestEnvironment, 'requests'>): string[] {
  return requests.map(({ url }) => new URL(url).search)
}

/** What of what was said is a message. */
export function heard(said: readonly string[]): string[] {
  return said.flatMap((one) => /^message (.*)/.exec(one)?.slice(1) ?? [])
}

/** A hook that is mounted. */
export function mountPoll(environment: TestEnvironment, options: PollOptions = {}, url: UrlOption = '/news') {
  const observer = observeLongPoll<unknown, unknown>(url, { environment, ...options })
  const said = record(observer)
  return { observer, said, leave: observer.subscribe(() => {}) }
}
