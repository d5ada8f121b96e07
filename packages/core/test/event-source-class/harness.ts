import type { FullEnvironment } from '../../src/platform/environment.ts'
import { EventSource, type EventSourceClassInit } from '../../src/event-source-class/index.ts'
import { type FakeRequest, type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'

/** An `EventSource` in a test environment, and what it has emitted. */
export interface EventSourceHarness {
  readonly source: EventSource
  readonly environment: TestEnvironment
  /** `open 1`, `message hello`, `error 0`: with the readyState at that moment, or the data. */
  readonly emitted: readonly string[]
  /** The message events, as received. */
  readonly messages: readonly MessageEvent[]
  /** The newest request. */
  readonly request: FakeRequest
  /** Lets everything settle. */
  settle(): Promise<void>
}

/** @param names event types to listen to, in addition to the usual three */
export function createHarness(
  url: string | URL = '/stream',
  init: EventSourceClassInit = {},
  names: readonly string[] = [],
): EventSourceHarness {
  const environment = createTestEnvironment()
  const source = new EventSource(url, { environment, ...init })
  const emitted: string[] = []
  const messages: MessageEvent[] = []
  for (const type of new Set(['open', 'message', 'error', ...names])) {
    source.addEventListener(type, (event: Event) => {
      if (event instanceof MessageEvent) messages.push(event)
      emitted.push(`${type} ${event instanceof MessageEvent ? event.data : source.readyState}`)
    })
  }
  return {
    source,
    environment,
    emitted,
    messages,
    get request() {
      return environment.request
    },
    settle: () => environment.advance(0),
  }
}

/** Creates a harness whose request is sent. */
export async function requestedHarness(
  ...args: Parameters<typeof createHarness>
): Promise<EventSourceHarness> {
  const one = createHarness(...args)
  await one.settle()
  return one
}

/** Creates a harness whose stream is open. */
export async function openHarness(...args: Parameters<typeof createHarness>): Promise<EventSourceHarness> {
  const one = await requestedHarness(...args)
  one.request.respond()
  await one.settle()
  return one
}

/** Returns the clock of an environment, for tests with their own `fetch`. */
export function timeOf({
  now,
  random,
  setTimeout,
  clearTimeout,
  scheduleTask,
}: TestEnvironment): Partial<FullEnvironment> {
  return { now, random, setTimeout, clearTimeout, scheduleTask }
}
