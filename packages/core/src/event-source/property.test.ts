import { silence } from '../connection/heartbeat.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ResponseKind, createReplayServer } from '../../test/event-source/replay-server.ts'
import { NOTHING, type StreamOptions, leftovers, stream } from '../../test/event-source/harness.ts'
import type { PageEvent } from '../platform/environment.ts'

const some = <Value extends string>(...values: Value[]) => fc.constantFrom(...values)
const commands = some('open', 'close', 'reconnect', 'leave', 'join', 'render')
const responseKinds: ResponseKind[] = ['ok', 'ok', 'ok', 'moved', 'busy', 'broken', 'portal', 'unreachable']
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
    {
      weight: 5,
      arbitrary: fc.record({ type: some('publish'), silent: fc.constantFrom(false, false, true) }),
    },
    { weight: 5, arbitrary: fc.record({ type: some('respond'), kind: fc.constantFrom(...responseKinds) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        type: some('deliver'),
        count: fc.nat(80),
        piece: fc.integer({ min: 1, max: 60 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: some('cut'), how: some('fail', 'end') }) },
    { weight: 4, arbitrary: fc.record({ type: some('advance'), ms: fc.constantFrom(0, 100, 1500, 12_000) }) },
    { weight: 1, arbitrary: fc.record({ type: some('jump'), ms: fc.constantFrom(100, 600_000) }) },
    { weight: 2, arbitrary: fc.record({ type: some('signal'), signal: fc.constantFrom(...signals) }) },
    { weight: 3, arbitrary: fc.record({ type: some('command'), command: commands }) },
    // The action that the next handler runs.
    { weight: 2, arbitrary: fc.record({ type: some('inside'), command: commands }) },
  ),
  { maxLength: 60, size: 'max' },
)

type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never
type Command = Extract<Step, { readonly type: 'command' }>['command']

const settings = fc.record({
  resume: fc.constantFrom<StreamOptions['resume'][]>('header', 'query'),
  heartbeat: fc.constantFrom<StreamOptions['heartbeat'][]>(false, silence({ timeout: 5000 })),
  // Events that arrive while there is no subscriber would not be delivered.
  closeDelay: fc.constant(0),
  pause: fc.constantFrom(undefined, { hidden: true }),
  method: fc.constantFrom('GET', 'PUT'),
}) satisfies fc.Arbitrary<StreamOptions>

function play(given: StreamOptions) {
  const options = { ...given, atEnd: 'reconnect' } as const
  const { client, environment } = stream(options, '/news?sig=a+b')
  const server = createReplayServer(environment)
  const messages: unknown[] = []
  const inside: Command[] = []
  const leaves: (() => void)[] = []
  const command = (what: Command) => {
    if (what === 'join') leaves.push(client.subscribe(() => {}))
    else if (what === 'leave') leaves.pop()?.()
    else if (what === 'render')
      client.setOptions('/news?sig=a+b', { environment, ...options, until: () => false })
    else client[what]()
  }
  const handle = () => {
    const next = inside.shift()
    if (next) command(next)
  }
  client.on('message', (message) => {
    messages.push(message)
    handle()
  })
  for (const type of ['open', 'close', 'error', 'retry'] as const) client.on(type, handle)

  async function act(step: Step): Promise<void> {
    if (step.type === 'publish') server.publish(step.silent)
    else if (step.type === 'respond') server.respondToAll(step.kind)
    else if (step.type === 'deliver') server.deliver(step.count, step.piece)
    else if (step.type === 'cut') server.cut(step.how)
    else if (step.type === 'jump') environment.jump(step.ms)
    else if (step.type === 'signal') environment.emitPageEvent(step.signal)
    else if (step.type === 'command') command(step.command)
    else if (step.type === 'inside') inside.push(step.command)
    // In most cases an event is processed before the next one happens.
    await environment.advance(step.type === 'advance' ? step.ms : 0)
    expect(
      environment.requests.filter(({ aborted }) => !aborted).length,
      'one live request',
    ).toBeLessThanOrEqual(1)
  }

  return { client, environment, server, messages, inside, leaves, act }
}

const published = ({ server }: ReturnType<typeof play>) =>
  server.log.flatMap(({ data }) => (data === undefined ? [] : [data]))

/** Restores the server and the network, and waits until the client has recovered. */
async function recover({ client, environment, server, inside }: ReturnType<typeof play>): Promise<void> {
  inside.length = 0
  for (const signal of ['pageshow', 'visible', 'online'] as const) environment.emitPageEvent(signal)
  client.open()
  // Undelivered bytes are lost. Requests without a response time out.
  server.cut('fail')
  for (let turn = 0; turn < 40; turn++) {
    await environment.advance(1000)
    server.respondToAll('ok')
    server.deliver(10_000, 1000)
    await environment.advance(0)
  }
}

describe('invariants for any losses in any order', { timeout: 60_000 }, () => {
  test('[event-stream-responses] each event is delivered exactly once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (options, sequence) => {
        const run = play(options)
        for (const step of sequence) {
          await run.act(step)
          expect(run.messages).toEqual(published(run).slice(0, run.messages.length))
        }
        await recover(run)
        expect(run.messages).toEqual(published(run))
        expect(run.client.getSnapshot().lastEventId ?? '').toBe(run.server.log.at(-1)?.id ?? '')
      }),
      { numRuns: 400 },
    )
  })

  test('[close] after close() no event is received, and no timer, listener or request is left', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (options, sequence) => {
        const run = play(options)
        const { client, environment, messages, inside, leaves, server } = run
        for (const step of sequence) await run.act(step)
        inside.length = 0
        client.close()
        const before = messages.length
        server.publish(false)
        server.respondToAll('ok')
        server.deliver(10_000, 7)
        for (const leave of leaves) leave()
        await environment.advance(600_000)
        expect(messages).toHaveLength(before)
        expect(leftovers(environment)).toEqual(NOTHING)
        expect(environment.errors).toEqual([])
      }),
      { numRuns: 400 },
    )
  })
})
