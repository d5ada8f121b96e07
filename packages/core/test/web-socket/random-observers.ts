import fc from 'fast-check'
import { expect } from 'vitest'
import { isTautlineError } from '../../src/shared/errors.ts'
import type { PageEvent } from '../../src/platform/environment.ts'
import { type FakeWebSocket, createTestEnvironment } from '../../src/testing/index.ts'
import type { AttemptContext } from '../../src/shared/attempt.ts'
import {
  type SendResult,
  type UrlOption,
  type WebSocketClient,
  type WebSocketOptions,
  createWebSocket,
} from '../../src/web-socket/index.ts'

/** An event of the three clients, their sockets, the page or the clock. */
export type Step =
  | {
      readonly type: 'open' | 'close' | 'reconnect' | 'subscribe' | 'leave' | 'toggle' | 'send'
      readonly who: number
    }
  | { readonly type: 'changeUrl'; readonly who: number; readonly to: number }
  | { readonly type: 'accept' | 'refuse' | 'receive' | 'buffer'; readonly which: number }
  | { readonly type: 'end'; readonly which: number; readonly code: number }
  | { readonly type: 'late'; readonly which: number; readonly event: 'open' | 'message' | 'close' }
  | { readonly type: 'advance' | 'jump'; readonly ms: number }
  /** Runs what is due, and accepts all sockets. */
  | { readonly type: 'up' }
  | { readonly type: 'signal'; readonly signal: PageEvent }
  /** An action that the next handler of the second client runs. */
  | { readonly type: 'inside'; readonly step: Step }

const CLIENTS = 3
const who = fc.nat(CLIENTS - 1)
const which = fc.nat(2)
const some = <Value extends string>(...values: Value[]) => fc.constantFrom(...values)
const commands = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: some('open', 'reconnect', 'subscribe'), who }) },
  { weight: 2, arbitrary: fc.record({ type: some('close', 'leave', 'toggle'), who }) },
  { weight: 5, arbitrary: fc.record({ type: some('send'), who }) },
  { weight: 1, arbitrary: fc.record({ type: some('changeUrl'), who, to: fc.nat(3) }) },
) satisfies fc.Arbitrary<Step>
const codes = fc.constantFrom(1000, 1006, 1011, 1008, 4401, 4500)
const signals = some('online', 'offline', 'visible', 'hidden', 'pagehide', 'pageshow', 'wake', 'slept')
const rest = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: some('up') }) },
  { weight: 6, arbitrary: fc.record({ type: some('receive'), which }) },
  { weight: 2, arbitrary: fc.record({ type: some('accept', 'refuse', 'buffer'), which }) },
  { weight: 2, arbitrary: fc.record({ type: some('end'), which, code: codes }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: some('late'), which: fc.nat(5), event: some('open', 'message', 'close') }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ type: some('advance'), ms: fc.constantFrom(0, 0, 100, 1000, 6000, 30_000) }),
  },
  { weight: 1, arbitrary: fc.record({ type: some('jump'), ms: fc.constantFrom(10, 60_000) }) },
  { weight: 2, arbitrary: fc.record({ type: some('signal'), signal: signals }) },
  { weight: 2, arbitrary: fc.record({ type: some('inside'), step: commands }) },
) satisfies fc.Arbitrary<Step>

/** In most runs three open clients, since most errors need open connections. */
const beginnings = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Step[]>([]) },
  {
    weight: 3,
    arbitrary: fc.constant<Step[]>([
      ...[0, 1, 2].map((who): Step => ({ type: 'open', who })),
      { type: 'up' },
    ]),
  },
)

export const steps: fc.Arbitrary<Step[]> = fc
  .tuple(beginnings, fc.array(fc.oneof(commands, rest), { maxLength: 40, size: 'max' }))
  .map(([beginning, sequence]) => [...beginning, ...sequence])

/** Returns a URL function that succeeds and fails in turn, in all ways in which it can. */
function createProvider(): (context: AttemptContext) => Promise<string> | string {
  const results = [
    () => '/p',
    () => Promise.reject(new Error('rejected')),
    () => new Promise<string>(() => {}),
    async () => '/p',
    () => '',
  ]
  let turn = 0
  return () => results[turn++ % results.length]?.() ?? '/p'
}

/** Options for received messages of any type, and sent messages that are text. */
export type RandomObserverOptions = WebSocketOptions<unknown, string, unknown>

/** Creates clients that act at random, and records everything they emit and send. */
export function createRandomObservers(options: RandomObserverOptions, throwing: boolean) {
  let lastRandom = 0
  const environment = createTestEnvironment({ random: () => (lastRandom = (lastRandom + 0.37) % 1) })
  const urls: UrlOption[] = ['/a', '/b', createProvider(), null]
  const inside: Step[] = []
  const emitted: string[][] = []
  const dropped = new Map<unknown, readonly unknown[]>()
  const handlers = new Map<FakeWebSocket, Pick<FakeWebSocket, 'onopen' | 'onmessage' | 'onclose'>>()
  const results = new Map<number, SendResult>()
  let sent = 0
  let received = 0
  const clients = Array.from({ length: CLIENTS }, (_, index) => createClient(index))

  function createClient(index: number) {
    const own = { environment, key: 'shared', ...options }
    const client: WebSocketClient<unknown, string, unknown> = createWebSocket(urls[index === 2 ? 2 : 0], own)
    const log: string[] = []
    emitted.push(log)
    const record = (text: string) => {
      log.push(text)
      const step = index === 1 ? inside.shift() : undefined
      if (step) act(step)
      if (throwing && index === 0) throw new Error('a handler threw')
    }
    client.on('open', () => record('open'))
    client.on('message', (message) => record(`message ${String(message)}`))
    client.on('close', ({ closeCode }) => record(`close ${closeCode}`))
    client.on('retry', ({ attempt }) => record(`retry ${attempt}`))
    client.on('give-up', () => record('give-up'))
    client.on('error', (error) => {
      note(error)
      record(isTautlineError(error) ? error.code : 'error')
    })
    return { client, stops: [] as (() => void)[], url: urls[index === 2 ? 2 : 0], enabled: true }
  }

  function note(error: unknown): void {
    if (isTautlineError(error, 'dropped')) dropped.set(error, error.messages)
  }

  /** Counts from the newest socket, since older ones are closed. */
  const socketAt = (which: number) => environment.sockets.at(-1 - which)

  function act(step: Step): void {
    if ('who' in step) command(step)
    else if (step.type === 'signal') environment.emitPageEvent(step.signal)
    else if (step.type === 'jump') environment.jump(step.ms)
    else if (step.type === 'up') {
      for (const socket of environment.sockets) if (socket.readyState === 0) socket.accept()
    } else if (step.type === 'inside') inside.push(step.step)
    else if ('which' in step) serve(step)
  }

  function command(step: Extract<Step, { readonly who: number }>): void {
    const one = clients[step.who]
    if (!one) return
    const { client } = one
    switch (step.type) {
      case 'subscribe':
        one.stops.push(client.subscribe(() => {}))
        break
      case 'leave':
        one.stops.pop()?.()
        break
      case 'toggle':
      case 'changeUrl':
        if (step.type === 'changeUrl') one.url = urls[step.to]
        else one.enabled = !one.enabled
        client.setOptions(one.url, { environment, key: 'shared', ...options, enabled: one.enabled })
        break
      case 'send':
        results.set(++sent, client.send(String(sent)))
        break
      default:
        client[step.type]()
    }
  }

  function serve(step: Extract<Step, { readonly which: number }>): void {
    const socket = socketAt(step.which)
    if (!socket) return
    const { readyState } = socket
    if (step.type === 'accept' && readyState === 0) socket.accept()
    if (step.type === 'refuse' && readyState === 0) socket.refuse()
    if (step.type === 'receive' && readyState === 1) socket.receive(received++)
    if (step.type === 'buffer') socket.bufferedAmount = socket.bufferedAmount > 0 ? 0 : 2_000_000
    if (step.type === 'end' && readyState === 1) socket.end(step.code)
    if (step.type === 'late' && socket.closedWith) emitLate(socket, step.event)
  }

  /** Emits an event that the platform had queued before the socket was closed. */
  function emitLate(socket: FakeWebSocket, event: 'open' | 'message' | 'close'): void {
    const { onopen, onmessage, onclose } = handlers.get(socket) ?? {}
    const platform = socket as unknown as WebSocket // the handlers do not use `this`
    if (event === 'open') onopen?.call(platform, new Event('open'))
    if (event === 'message') onmessage?.call(platform, { data: 'LATE' } as MessageEvent)
    if (event === 'close') onclose?.call(platform, { code: 4500, reason: '', wasClean: true } as CloseEvent)
  }

  /** Checks the invariants after every step. */
  function check(): void {
    for (const socket of environment.sockets) {
      if (socket.onclose)
        handlers.set(socket, { onopen: socket.onopen, onmessage: socket.onmessage, onclose: socket.onclose })
    }
    const live = environment.sockets.filter(({ readyState }) => readyState < 2).map(({ url }) => url)
    if (options.share !== false) expect(live, 'one live socket per URL').toEqual([...new Set(live)])
    for (const { client } of clients) {
      const snapshot = client.getSnapshot()
      expect(Object.isFrozen(snapshot)).toBe(true)
      expect(client.getSnapshot()).toBe(snapshot)
      expect(snapshot.waitingFor !== undefined).toBe(snapshot.status === 'backoff')
      expect(snapshot.closed !== undefined).toBe(snapshot.status === 'closed')
      expect(snapshot.retryAt !== undefined).toBe(snapshot.waitingFor === 'timer')
    }
    expect(emitted.flat(), 'late events are not emitted').not.toContain('message LATE')
  }

  return {
    environment,
    clients,
    emitted,
    results,
    check,
    async run(step: Step): Promise<void> {
      const before = clients.map(({ client }) => client.getSnapshot())
      if (step.type === 'advance' || step.type === 'up') await environment.advance('ms' in step ? step.ms : 0)
      act(step)
      check()
      if (step.type !== 'late' && step.type !== 'jump' && step.type !== 'inside') return
      for (const [index, { client }] of clients.entries()) {
        expect(client.getSnapshot(), 'nothing has happened').toBe(before[index])
      }
    },
    /** Closes all clients. Handlers run no more actions. */
    close(): void {
      inside.length = 0
      for (const { client } of clients) {
        client.close()
        check()
      }
    },
    /** Returns the messages that were reported as dropped, by clients or by the environment. */
    dropped(): unknown[] {
      for (const error of environment.errors) note(error)
      return [...dropped.values()].flat()
    },
  }
}

export type RandomObservers = ReturnType<typeof createRandomObservers>
