import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type FakeStart,
  LOST,
  createFakeTransport,
  createThree,
  openConnection,
} from '../../test/transports/harness.ts'

/** What the network and the page do, in random order. A number chooses one of the running transports. */
type Step =
  | { readonly type: 'publish' | 'advance'; readonly count: number }
  | {
      readonly type: 'open' | 'byte' | 'deliver' | 'end' | 'reject'
      readonly which: number
      readonly count: number
    }
  | { readonly type: 'online' | 'offline' | 'visible' | 'hidden' | 'reopen' | 'reconnect' }

const which = fc.nat(1)
const count = fc.integer({ min: 1, max: 5 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('publish' as const), count }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('advance' as const),
      count: fc.constantFrom(0, 10, 500, 2000, 3000, 6000, 35_000),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      type: fc.constantFrom('open' as const, 'byte' as const, 'deliver' as const, 'deliver' as const),
      which,
      count,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('end' as const, 'reject' as const), which, count }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom('online', 'offline', 'visible', 'hidden', 'reopen', 'reconnect'),
    }) as fc.Arbitrary<Step>, // the literals of the union
  },
)

/** A stream of the log over one start of a transport: it sends what comes after the cursor, in order. */
function createStreams() {
  const next = new Map<FakeStart, number>()
  return (start: FakeStart, messages: number, last: number) => {
    let seq = next.get(start) ?? Number(start.cursor ?? 0) + 1
    for (let sent = 0; sent < messages && seq <= last; sent++) start.message(seq++)
    next.set(start, seq)
  }
}

async function run(steps: readonly Step[], isNext: boolean): Promise<void> {
  const { ws, sse, lp } = createThree()
  const transports = [ws, sse, lp]
  const page = openConnection(
    transports.map(({ option }) => option),
    {
      retry: { delay: () => 100 },
      ...(isNext && { isNext: (id: string, before: string) => Number(id) === Number(before) + 1 }),
    },
  )
  await page.environment.advance(0)
  const deliver = createStreams()
  const opened = new Set<FakeStart>()
  const open = (start: FakeStart) => {
    if (!opened.has(start)) start.open()
    opened.add(start)
  }
  let last = 0
  const running = () => transports.flatMap(({ starts }) => starts).filter(({ signal }) => !signal.aborted)
  for (const one of steps) {
    expect(running().length).toBeLessThanOrEqual(2)
    const start = 'which' in one ? running()[one.which] : undefined
    if (one.type === 'publish') last += one.count
    else if (one.type === 'advance') await page.environment.advance(one.count)
    else if (one.type === 'reopen') {
      // A frame may be due, in which the page is notified.
      await page.environment.advance(20)
      page.connection.close()
      expect([running().length, page.environment.timers]).toEqual([0, 0])
      page.connection.open()
    } else if (one.type === 'reconnect') page.connection.reconnect()
    else if (!('which' in one)) page.environment.emitPageEvent(one.type)
    else if (start) {
      if (one.type === 'end') start.end()
      else if (one.type === 'reject') start.end({ ...LOST, kind: 'fatal' })
      else {
        open(start)
        if (one.type === 'byte') start.byte()
        if (one.type === 'deliver') deliver(start, one.count, last)
      }
    }
    await page.environment.advance(0)
    const received = page.received()
    expect(received).toEqual(Array.from({ length: received.length }, (_, index) => index + 1))
  }
  // Once a transport works, everything arrives.
  page.environment.emitPageEvent('online')
  page.environment.emitPageEvent('visible')
  page.connection.open()
  for (let turn = 0; turn < 50 && page.received().length < last; turn++) {
    for (const start of running()) {
      open(start)
      deliver(start, last, last)
    }
    await page.environment.advance(2000)
  }
  expect(page.received()).toHaveLength(last)
  await page.environment.advance(20)
  page.connection.close()
  expect([running().length, page.environment.timers, page.environment.listeners]).toEqual([0, 0, 0])
}

test.each([
  ['with isNext', true],
  ['without isNext', false],
])(
  '[connection-lossless] every message arrives once and in order, whatever two transports do, %s',
  async (_, isNext) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 40, maxLength: 80 }), (steps) => run(steps, isNext)),
      { numRuns: 200 },
    )
  },
)

interface Report {
  readonly name: 'ws' | 'sse'
  readonly event: 'open' | 'byte' | 'end' | 1 | 2
}

/** All orders in which two lists can be merged. */
function* merge<One>(first: readonly One[], second: readonly One[]): Generator<readonly One[]> {
  const [one, ...others] = first
  const [other, ...rest] = second
  if (one === undefined || other === undefined) return void (yield [...first, ...second])
  for (const tail of merge(others, second)) yield [one, ...tail]
  for (const tail of merge(first, rest)) yield [other, ...tail]
}

test('every order of what two transports report brings each message once and in order', async () => {
  const events = ['open', 'byte', 1, 2, 'end'] as const
  const orders = merge<Report>(
    events.map((event) => ({ name: 'ws', event })),
    events.map((event) => ({ name: 'sse', event })),
  )
  let runs = 0
  for (const order of orders) {
    const ws = createFakeTransport('ws', { proof: 'reply', isDuplex: true })
    const sse = createFakeTransport('sse', { proof: 'byte' })
    const page = openConnection([ws.option, sse.option], { retry: { delay: () => 100 } })
    await page.environment.advance(2000)
    const starts = { ws: ws.last, sse: sse.last }
    for (const { name, event } of order) {
      const start = starts[name]
      if (event === 'open') start.open()
      else if (event === 'byte') start.byte()
      else if (event === 'end') start.end()
      else start.message(event)
    }
    const received = page.received()
    expect([[1, 2], [1], []]).toContainEqual(received)
    const before = received.length
    await page.environment.advance(3000)
    for (const { starts: all } of [ws, sse])
      for (const start of all)
        if (!start.signal.aborted)
          for (let seq = Number(start.cursor ?? 0) + 1; seq <= 2; seq++) start.message(seq)
    expect(page.received()).toEqual(before > 2 ? [] : [1, 2])
    page.connection.close()
    expect(page.environment.timers).toBe(0)
    runs++
  }
  expect(runs).toBe(252)
})
