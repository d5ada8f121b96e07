import type { Sendable, WireData } from '../../src/shared/codec.ts'
import { isTautlineError } from '../../src/shared/errors.ts'
import { type TestEnvironment, createTestEnvironment } from '../../src/testing/index.ts'
import {
  type UrlOption,
  type WebSocketClient,
  type WebSocketOptions,
  createWebSocket,
} from '../../src/web-socket/index.ts'

/** A client in a world that the test runs, and all that it has said. */
export interface Stage<Incoming, Outgoing, Data> {
  readonly environment: TestEnvironment
  readonly client: WebSocketClient<Incoming, Outgoing, Data>
  /** Every occurrence, oldest first, in a few words. */
  readonly said: string[]
}

/** Sets a client up and opens nothing. */
export function stage<Incoming = WireData, Outgoing = Sendable, Data = Incoming | undefined>(
  options: WebSocketOptions<Incoming, Outgoing, Data> = {},
  url: UrlOption = '/chat',
  environment: TestEnvironment = createTestEnvironment(),
): Stage<Incoming, Outgoing, Data> {
  const client = createWebSocket<Incoming, Outgoing, Data>(url, { environment, ...options })
  return { environment, client, said: record(client) }
}

/** The same, with the line up. */
export async function openStage<Incoming = WireData, Outgoing = Sendable, Data = Incoming | undefined>(
  options: WebSocketOptions<Incoming, Outgoing, Data> = {},
  url: UrlOption = '/chat',
  environment: TestEnvironment = createTestEnvironment(),
): Promise<Stage<Incoming, Outgoing, Data>> {
  const set = stage(options, url, environment)
  set.client.open()
  await environment.advance(0)
  environment.socket.accept()
  return set
}

/** Writes down what a client says. */
export function record(client: Pick<WebSocketClient<never, never, unknown>, 'on'>): string[] {
  const said: string[] = []
  client.on('open', ({ protocol }) => said.push(`open${protocol && ` ${protocol}`}`))
  client.on('message', (message) => said.push(`message ${String(message)}`))
  client.on('close', ({ closeCode, wasClean }) =>
    said.push(`close ${closeCode}${wasClean ? '' : ' unclean'}`),
  )
  client.on('error', (error) => said.push(`error ${'code' in error ? String(error.code) : error.message}`))
  client.on('retry', ({ attempt }) => said.push(`retry ${attempt}`))
  client.on('giveup', ({ attempts }) => said.push(`giveup ${attempts}`))
  return said
}

/** The statuses that a client goes through, each time it changes. */
export function statuses(client: Pick<WebSocketClient<never, never, unknown>, 'on'>): string[] {
  const seen: string[] = []
  client.on('transition', ({ from, to }) => {
    if (from.status !== to.status) seen.push(to.status)
  })
  return seen
}

/** The same world, but for what is given. */
export function worldLike(environment: TestEnvironment, own: Partial<TestEnvironment>): TestEnvironment {
  return Object.create(environment, {
    ...Object.getOwnPropertyDescriptors(environment),
    ...Object.getOwnPropertyDescriptors(own),
  }) as TestEnvironment
}

/** What was reported as dropped, oldest first, and why. */
export function dropped(errors: readonly unknown[]): [why: string, ...messages: unknown[]][] {
  return errors
    .filter((error) => isTautlineError(error, 'dropped'))
    .map(({ detail }) => [detail.why, ...detail.messages])
}

/** A line that is up, and the errors that its client has heard of. */
export async function sending(options: WebSocketOptions<never, Sendable, undefined> = {}) {
  const errors: Error[] = []
  const set = await openStage({ ...options, onError: (error) => errors.push(error) })
  return { ...set, errors }
}
