import type { Sendable, WireData } from '../../src/shared/codec.ts'
import { isTautlineError } from '../../src/shared/errors.ts'
import { type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'
import {
  type PlainWebSocketOptions,
  type UrlOption,
  type WebSocketClient,
  createWebSocket,
} from '../../src/web-socket/index.ts'

/** A client in a test environment, and what it has emitted. */
export interface WebSocketHarness<Incoming, Outgoing, Data> {
  readonly environment: TestEnvironment
  readonly client: WebSocketClient<Incoming, Outgoing, Data>
  /** Every event, oldest first, as short text. */
  readonly emitted: string[]
}

/** Creates a client without opening it. */
export function createHarness<Incoming = WireData, Outgoing = Sendable, Data = Incoming | undefined>(
  options: PlainWebSocketOptions<Incoming, Outgoing, Data, unknown> = {},
  url: UrlOption = '/chat',
  environment: TestEnvironment = createTestEnvironment(),
): WebSocketHarness<Incoming, Outgoing, Data> {
  // The types of a test are those of its codec, or do not matter to it.
  const client = createWebSocket(url, { environment, ...options } as never) as WebSocketClient<
    Incoming,
    Outgoing,
    Data
  >
  return { environment, client, emitted: record(client) }
}

/** Creates a client and opens its connection. */
export async function openHarness<Incoming = WireData, Outgoing = Sendable, Data = Incoming | undefined>(
  options: PlainWebSocketOptions<Incoming, Outgoing, Data, unknown> = {},
  url: UrlOption = '/chat',
  environment: TestEnvironment = createTestEnvironment(),
): Promise<WebSocketHarness<Incoming, Outgoing, Data>> {
  const set = createHarness(options, url, environment)
  set.client.open()
  await environment.advance(0)
  environment.socket.accept()
  return set
}

/** Records what a client emits. */
export function record(client: Pick<WebSocketClient<never, never, unknown>, 'on'>): string[] {
  const emitted: string[] = []
  client.on('open', ({ protocol }) => emitted.push(`open${protocol && ` ${protocol}`}`))
  client.on('message', (message) => emitted.push(`message ${String(message)}`))
  client.on('close', ({ closeCode, wasClean }) =>
    emitted.push(`close ${closeCode}${wasClean ? '' : ' unclean'}`),
  )
  client.on('error', (error) => emitted.push(`error ${error.code}`))
  client.on('retry', ({ attempt }) => emitted.push(`retry ${attempt}`))
  client.on('give-up', ({ attempts }) => emitted.push(`give-up ${attempts}`))
  return emitted
}

/** Records each new status of a client. */
export function statuses(client: Pick<WebSocketClient<never, never, unknown>, 'on'>): string[] {
  const seen: string[] = []
  client.on('transition', ({ from, to }) => {
    if (from.status !== to.status) seen.push(to.status)
  })
  return seen
}

/** Returns the same environment with some properties replaced. */
export function extendEnvironment(
  environment: TestEnvironment,
  own: Partial<TestEnvironment>,
): TestEnvironment {
  return Object.create(environment, {
    ...Object.getOwnPropertyDescriptors(environment),
    ...Object.getOwnPropertyDescriptors(own),
  }) as TestEnvironment
}

/** Returns the messages that were reported as dropped, oldest first, and why. */
export function dropped(errors: readonly unknown[]): [why: string, ...messages: unknown[]][] {
  return errors
    .filter((error) => isTautlineError(error, 'dropped'))
    .map(({ why, messages }) => [why, ...messages])
}

/** Opens a connection, and records the errors of its client. */
export async function sending(options: PlainWebSocketOptions<never, Sendable, undefined, unknown> = {}) {
  const errors: Error[] = []
  const set = await openHarness({ ...options, onError: (error) => errors.push(error) })
  return { ...set, errors }
}
