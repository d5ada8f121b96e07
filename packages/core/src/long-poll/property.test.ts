import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LogServerOptions, type ResponseKind, createLogServer } from '../../test/long-poll/log-server.ts'
import { type PollOptions, messagesIn, poll } from '../../test/long-poll/harness.ts'
import type { PageEvent } from '../platform/environment.ts'
import { bodyField, header, query } from './index.ts'

const some = <Value extends string>(...values: Value[]) => fc.constantFrom(...values)
const commands = some('open', 'close', 'reconnect', 'leave', 'join', 'render')
const refusals: ResponseKind[] = ['cut', 'garbled', 'nothing', 'busy', 'broken', 'portal', 'unreachable']
const responseKinds: ResponseKind[] = ['ok', 'ok', 'ok', 'ok', 'slow', 'slow', ...refusals]
const signals = [
  'online',
  'offline',
  'visible',
  'hidden',
  'pagehide',
  'pageshow',
  'wake',
  'slept',
] satisfies PageEvent[]

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ type: some('publish') }) },
    { weight: 7, arbitrary: fc.record({ type: some('respond'), kind: fc.constantFrom(...responseKinds) }) },
    { weight: 2, arbitrary: fc.record({ type: some('finish'), broken: fc.boolean() }) },
    { weight: 5, arbitrary: fc.record({ type: some('advance'), ms: fc.constantFrom(0, 100, 1500, 12_000) }) },
    { weight: 1, arbitrary: fc.record({ type: some('jump'), ms: fc.constantFrom(100, 600_000) }) },
    { weight: 2, arbitrary: fc.record({ type: some('signal'), signal: fc.constantFrom(...signals) }) },
    { weight: 3, arbitrary: fc.record({ type: some('command'), command: commands }) },
    // The action that the next handler runs. In a message handler it may cause repeated messages.
    {
      weight: 2,
      arbitrary: fc.record({
        type: some('inside'),
        command: fc.oneof(commands, fc.constantFrom(...signals)),
      }),
    },
  ),
  { maxLength: 60, size: 'max' },
)

type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never
type Inside = Extract<Step, { readonly type: 'inside' }>['command']

const next = (body: { readonly next: number }) => body.next
const allCursorOptions: PollOptions[] = [
  { cursor: query('since', next) },
  { cursor: header('x-since', next) },
  { cursor: bodyField('since', next), method: 'POST', body: { room: 1 } },
]
const settings = fc.record({
  cursorOptions: fc.constantFrom(...allCursorOptions),
  interval: fc.constantFrom(undefined, undefined, 5000),
  minGap: fc.constantFrom(undefined, 0),
  closeDelay: fc.constantFrom(0, 1000),
  pause: fc.constantFrom(undefined, { hidden: true }, { hidden: 30_000 }),
  server: fc.record({ cursor: some('exact', 'coarse'), limit: fc.integer({ min: 1, max: 4 }) }),
})
type Settings = typeof settings extends fc.Arbitrary<infer One> ? One : never

const dedupe = (message: unknown) => message

/** @param actsOnMessage message handlers run actions too */
function play({ cursorOptions, server: kind, ...given }: Settings, own: PollOptions, actsOnMessage: boolean) {
  const options: PollOptions = { ...cursorOptions, ...given, messages: (body) => body.list, ...own }
  const { client, environment, emitted } = poll(options, '/news?sig=a+b')
  const server = createLogServer(environment, kind satisfies LogServerOptions)
  const inside: Inside[] = []
  const leaves: (() => void)[] = []
  const command = (what: Inside) => {
    if (what === 'join') leaves.push(client.subscribe(() => {}))
    else if (what === 'leave') leaves.pop()?.()
    else if (what === 'render') client.setOptions('/news?sig=a+b', { environment, ...options })
    else if (what === 'open' || what === 'close' || what === 'reconnect') client[what]()
    else environment.emitPageEvent(what)
  }
  const handle = () => {
    const what = inside.shift()
    if (what) command(what)
  }
  if (actsOnMessage) client.on('message', handle)
  for (const type of ['open', 'close', 'error', 'retry', 'transition'] as const) client.on(type, handle)

  async function act(step: Step): Promise<void> {
    if (step.type === 'publish') server.publish()
    else if (step.type === 'respond') server.respondToAll(step.kind)
    else if (step.type === 'finish') server.finish(step.broken)
    else if (step.type === 'jump') environment.jump(step.ms)
    else if (step.type === 'signal') environment.emitPageEvent(step.signal)
    else if (step.type === 'command') command(step.command)
    else if (step.type === 'inside') inside.push(step.command)
    // In most cases an event is processed before the next one happens.
    await environment.advance(step.type === 'advance' ? step.ms : 0)
    expect(server.waiting, 'one request').toBeLessThanOrEqual(1)
  }

  return { client, environment, server, inside, leaves, act, received: () => messagesIn(emitted) }
}

/** Restores the server and the network, and waits until the client has recovered. */
async function recover({ client, environment, server, inside }: ReturnType<typeof play>): Promise<void> {
  inside.length = 0
  for (const signal of ['pageshow', 'visible', 'online'] as const) environment.emitPageEvent(signal)
  client.open()
  server.finish(true)
  for (let turn = 0; turn < 120; turn++) {
    await environment.advance(1000)
    server.respondToAll('ok')
    await environment.advance(0)
  }
}

describe('invariants for any losses in any order', { timeout: 60_000 }, () => {
  test('[cursor] delivers each message exactly once and in order if the cursor is exact', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (given, sequence) => {
        const run = play({ ...given, server: { ...given.server, cursor: 'exact' } }, {}, false)
        const { server } = run
        for (const step of sequence) {
          await run.act(step)
          expect(run.received()).toEqual(server.log.slice(0, run.received().length))
        }
        await recover(run)
        expect(run.received()).toEqual(server.log)
        expect(Number(run.client.getSnapshot().cursor ?? 0)).toBe(server.log.length)
      }),
      { numRuns: 300 },
    )
  })

  test('[cursor] delivers each message exactly once with dedupe, for any cursor and any actions of handlers', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (given, sequence) => {
        const run = play(given, { dedupeBy: dedupe }, true)
        for (const step of sequence) {
          await run.act(step)
          expect(run.received()).toEqual(run.server.log.slice(0, run.received().length))
        }
        await recover(run)
        expect(run.received()).toEqual(run.server.log)
      }),
      { numRuns: 300 },
    )
  })

  test('[cursor] delivers each message at least once without dedupe, and in order the first time', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (given, sequence) => {
        const run = play(given, {}, true)
        for (const step of sequence) await run.act(step)
        await recover(run)
        expect([...new Set(run.received())]).toEqual(run.server.log)
      }),
      { numRuns: 300 },
    )
  })

  test('[close] after close() no message is received, and no timer, listener or request is left', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (given, sequence) => {
        const run = play(given, {}, true)
        const { client, environment, inside, leaves, server } = run
        for (const step of sequence) await run.act(step)
        inside.length = 0
        client.close()
        const before = run.received().length
        server.publish()
        server.respondToAll('ok')
        server.finish(false)
        for (const leave of leaves) leave()
        const requestCount = environment.requests.length
        await environment.advance(600_000)
        expect(run.received()).toHaveLength(before)
        expect(environment.requests).toHaveLength(requestCount)
        expect([environment.timers, environment.listeners, server.waiting]).toEqual([0, 0, 0])
        expect(environment.errors).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})
