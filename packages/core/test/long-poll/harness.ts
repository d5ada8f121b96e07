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
import { record, extendEnvironment } from '../web-socket/harness.ts'
import { withEvents } from '../events.ts'

/** Options of a poll with any responses. */
export type PollOptions = Omit<AnyLongPollOptions, 'select'>

/** A test environment that records when each request was sent. */
export interface PollEnvironment extends TestEnvironment {
  /** When each request was sent, in ms since the first one. */
  readonly starts: readonly number[]
}

/** @param like changes the environment */
export function createPollEnvironment(
  options: TestEnvironmentOptions = {},
  like: (environment: TestEnvironment) => TestEnvironment = (same) => same,
): PollEnvironment {
  const environment = like(createTestEnvironment(options))
  const times: number[] = []
  const fetch: TestEnvironment['fetch'] = (url, init) => {
    times.push(environment.now())
    return environment.fetch?.(url, init) ?? Promise.reject(new Error('There is no fetch'))
  }
  const starts = () => times.map((time) => time - (times[0] ?? 0))
  return Object.defineProperty(extendEnvironment(environment, { fetch }), 'starts', {
    get: starts,
  }) as PollEnvironment // `starts` was just defined
}

/** A long poll in a test environment, and what it has emitted. */
export interface LongPollHarness {
  readonly environment: PollEnvironment
  readonly client: LongPollClient<unknown, unknown>
  /** Every event, oldest first, as short text. */
  readonly emitted: string[]
  /** The errors it has emitted. */
  readonly errors: Error[]
}

/** Creates a long poll without opening it. */
export function poll(
  options: PollOptions = {},
  url: UrlOption = '/news',
  environment: PollEnvironment = createPollEnvironment(),
): LongPollHarness {
  const client = createLongPoll<unknown, unknown, unknown>(url, { environment, ...options })
  const errors: Error[] = []
  client.on('error', (error) => void errors.push(error))
  return { environment, client, emitted: record(client), errors }
}

/** The same, with the first request sent. */
export async function polling(...given: Parameters<typeof poll>): Promise<LongPollHarness> {
  const set = poll(...given)
  set.client.open()
  await set.environment.advance(0)
  return set
}

/** Status and headers of a response. */
export interface ResponseHead {
  /** @default 200 */
  readonly status?: number
  readonly headers?: HeadersInit
}

/**
 * Responds to the newest request, and lets everything happen that follows at once. A body that is not text is sent as
 * JSON.
 */
export async function respond(
  environment: TestEnvironment,
  body: unknown,
  { status = 200, headers = {} }: ResponseHead = {},
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

/** Returns the queries of all requests, oldest first. */
export function searches({ requests }: Pick<TestEnvironment, 'requests'>): string[] {
  return requests.map(({ url }) => new URL(url).search)
}

/** Returns the messages among the emitted events. */
export function messagesIn(emitted: readonly string[]): string[] {
  return emitted.flatMap((one) => /^message (.*)/.exec(one)?.slice(1) ?? [])
}

/** Mounts an observer. */
export function mountPoll(environment: TestEnvironment, options: PollOptions = {}, url: UrlOption = '/news') {
  const observer = withEvents(observeLongPoll<unknown, unknown>(url, { environment, ...options }))
  const emitted = record(observer)
  return { observer, emitted, leave: observer.subscribe(() => {}) }
}
