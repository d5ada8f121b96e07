import {
  type AnyEventSourceOptions,
  type EventSourceClient,
  type UrlOption,
  createEventSource,
  observeEventSource,
} from '../../src/event-source/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'
import { record, worldLike } from '../web-socket/harness.ts'

/** Options of a stream, whatever its events and its data are. */
export type StreamOptions = Omit<AnyEventSourceOptions, 'select'>

/** A stream in a world that the test runs, and all that it has said. */
export interface StreamStage {
  readonly environment: TestEnvironment
  readonly client: EventSourceClient<unknown, unknown>
  /** Every occurrence, oldest first, in a few words. */
  readonly said: string[]
  /** What was heard as an error. */
  readonly errors: Error[]
  /** The server writes to the newest request, and all that follows from it happens. */
  write(...pieces: (string | Uint8Array)[]): Promise<void>
}

/** Sets a stream up and opens nothing. */
export function stream(
  options: StreamOptions = {},
  url: UrlOption = '/news',
  environment: TestEnvironment = createTestEnvironment(),
): StreamStage {
  const client = createEventSource<unknown, undefined, unknown>(url, { environment, ...options } as object)
  const errors: Error[] = []
  client.on('error', (error) => void errors.push(error))
  const write = async (...pieces: (string | Uint8Array)[]) => {
    for (const piece of pieces) environment.request.write(piece)
    await environment.advance(0)
  }
  return { environment, client, said: record(client), errors, write }
}

/** The same, with the request made. */
export async function asking(...given: Parameters<typeof stream>): Promise<StreamStage> {
  const set = stream(...given)
  set.client.open()
  await set.environment.advance(0)
  return set
}

/** The same, with the line up. */
export async function streaming(...given: Parameters<typeof stream>): Promise<StreamStage> {
  const set = await asking(...given)
  await answer(set.environment)
  return set
}

/** The server answers the newest request. */
export async function answer(
  environment: TestEnvironment,
  head?: Parameters<TestEnvironment['request']['respond']>[0],
): Promise<void> {
  environment.request.respond(head)
  await environment.advance(0)
}

/** One block of a stream. */
export function block(data: string | undefined, fields: { id?: string; event?: string } = {}): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`)
  return `${lines.join('')}${data === undefined ? '' : `data: ${data}\n`}\n`
}

/** A hook that is mounted. */
export function mountStream(
  environment: TestEnvironment,
  options: StreamOptions = {},
  url: UrlOption = '/news',
) {
  const observer = observeEventSource<unknown, unknown>(url, { environment, ...options })
  const said = record(observer)
  return { observer, said, leave: observer.subscribe(() => {}) }
}

/** Nothing is left running: no timer, no listener, and no request that the page still waits for. */
export function leftovers(environment: TestEnvironment): unknown {
  const unsettled = environment.requests.filter(({ aborted }) => !aborted).length
  return { timers: environment.timers, listeners: environment.listeners, unsettled }
}

export const NOTHING = { timers: 0, listeners: 0, unsettled: 0 }

/** A platform that lacks something. */
export function worldWithout(feature: 'fetch'): TestEnvironment {
  return worldLike(createTestEnvironment(), { [feature]: undefined })
}
