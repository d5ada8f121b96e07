import {
  type AnyEventSourceOptions,
  type EventSourceClient,
  type UrlOption,
  createEventSource,
  observeEventSource,
} from '../../src/event-source/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'
import { record, extendEnvironment } from '../web-socket/harness.ts'
import { withEvents } from '../events.ts'

/** Options of a stream with any events and data. */
export type StreamOptions = Omit<AnyEventSourceOptions, 'select'>

/** An event source in a test environment, and what it has emitted. */
export interface EventSourceHarness {
  readonly environment: TestEnvironment
  readonly client: EventSourceClient<unknown, unknown>
  /** Every event, oldest first, as short text. */
  readonly emitted: string[]
  /** The errors it has emitted. */
  readonly errors: Error[]
  /** The server writes to the newest request. Everything that follows at once happens. */
  write(...pieces: (string | Uint8Array)[]): Promise<void>
}

/** Creates an event source without opening it. */
export function stream(
  options: StreamOptions = {},
  url: UrlOption = '/news',
  environment: TestEnvironment = createTestEnvironment(),
): EventSourceHarness {
  const client = createEventSource<unknown, undefined, unknown>(url, { environment, ...options } as object)
  const errors: Error[] = []
  client.on('error', (error) => void errors.push(error))
  const write = async (...pieces: (string | Uint8Array)[]) => {
    for (const piece of pieces) environment.request.write(piece)
    await environment.advance(0)
  }
  return { environment, client, emitted: record(client), errors, write }
}

/** The same, with its request sent. */
export async function requesting(...given: Parameters<typeof stream>): Promise<EventSourceHarness> {
  const set = stream(...given)
  set.client.open()
  await set.environment.advance(0)
  return set
}

/** The same, with the stream open. */
export async function streaming(...given: Parameters<typeof stream>): Promise<EventSourceHarness> {
  const set = await requesting(...given)
  await respond(set.environment)
  return set
}

/** The server responds to the newest request. */
export async function respond(
  environment: TestEnvironment,
  head?: Parameters<TestEnvironment['request']['respond']>[0],
): Promise<void> {
  environment.request.respond(head)
  await environment.advance(0)
}

/** Returns the text of one event of a stream. */
export function block(data: string | undefined, fields: { id?: string; event?: string } = {}): string {
  const fieldTexts = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`)
  return `${fieldTexts.join('')}${data === undefined ? '' : `data: ${data}\n`}\n`
}

/** Mounts an observer. */
export function mountStream(
  environment: TestEnvironment,
  options: StreamOptions = {},
  url: UrlOption = '/news',
) {
  const observer = withEvents(observeEventSource<unknown, unknown>(url, { environment, ...options }))
  const emitted = record(observer)
  return { observer, emitted, leave: observer.subscribe(() => {}) }
}

/** Returns how many timers, listeners and pending requests there are. */
export function leftovers(environment: TestEnvironment): unknown {
  const unsettled = environment.requests.filter(({ aborted }) => !aborted).length
  return { timers: environment.timers, listeners: environment.listeners, unsettled }
}

export const NOTHING = { timers: 0, listeners: 0, unsettled: 0 }

/** Returns an environment without a feature. */
export function environmentWithout(feature: 'fetch'): TestEnvironment {
  return extendEnvironment(createTestEnvironment(), { [feature]: undefined })
}
