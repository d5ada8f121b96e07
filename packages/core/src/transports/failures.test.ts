import { expect, test } from 'vitest'
import { LOST, createFakeTransport, createThree, openConnection } from '../../test/transports/harness.ts'
import { TautlineError } from '../shared/errors.ts'

async function openThree(options: Parameters<typeof openConnection>[1] = {}) {
  const { ws, sse, lp } = createThree()
  const opened = openConnection([ws.option, sse.option, lp.option], options)
  await opened.environment.advance(0)
  return { ...opened, ws, sse, lp }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('[connection-proof] opens once the best transport has proved itself, not when it has opened', async () => {
  const page = await openThree()
  page.ws.last.open()
  expect(page.shown().status).toBe('connecting')
  page.ws.last.byte()
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'web-socket' })
  await page.environment.advance(600_000)
  expect(page.sse.starts).toEqual([])
})

test('[connection-fallback] starts the next transport at once if one is refused', async () => {
  const page = await openThree()
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.open()
  page.sse.last.byte()
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'event-source' })
  expect(page.switches).toEqual([{ from: 'web-socket', to: 'event-source', why: 'refused' }])
  expect(page.errors).toEqual([])
})

test('[connection-fallback] shows the transport that works in onOpen, not the one that was refused', async () => {
  const shown: (string | undefined)[] = []
  const page = await openThree({ onOpen: () => shown.push(page.shown().transport) })
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.open()
  page.sse.last.byte()
  expect(shown).toEqual(['event-source'])
})

test('[connection-fallback] starts the next transport beside one whose handshake is not answered', async () => {
  const page = await openThree()
  await page.environment.advance(1999)
  expect(page.sse.starts).toEqual([])
  await page.environment.advance(1)
  page.sse.last.open()
  page.sse.last.byte()
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'event-source' })
  expect(page.switches).toEqual([{ from: 'web-socket', to: 'event-source', why: 'slow' }])
  // The handshake may still succeed.
  expect(page.ws.last.signal.aborted).toBe(false)
  page.ws.last.open()
  page.ws.last.byte()
  expect(page.shown().transport).toBe('web-socket')
  expect(page.switches.at(-1)).toEqual({ from: 'event-source', to: 'web-socket', why: 'better' })
  expect(page.sse.last.signal.aborted).toBe(true)
})

test('[connection-fallback] replaces a transport that opens and lets nothing through', async () => {
  const page = await openThree()
  page.ws.last.open()
  await page.environment.advance(2000)
  page.sse.last.open()
  await page.environment.advance(2000)
  expect(page.ws.last.signal.aborted).toBe(true)
  page.lp.last.message(1)
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'long-poll', cursor: '1' })
  // The event stream has never proved itself.
  expect(page.switches).toEqual([{ from: 'web-socket', to: 'long-poll', why: 'deaf' }])
})

test('[connection-fallback] reports no transport that has not proved itself, and shows the last one that has', async () => {
  const page = await openThree()
  page.ws.last.open()
  page.ws.last.byte()
  page.ws.last.end()
  await page.environment.advance(0)
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'web-socket' })
  page.sse.last.end()
  await page.environment.advance(0)
  expect(page.switches).toEqual([])
  page.lp.last.message(1)
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'long-poll' })
  expect(page.switches).toEqual([{ from: 'web-socket', to: 'long-poll', why: 'lost' }])
  page.lp.last.end()
  await page.environment.advance(0)
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.end()
  await page.environment.advance(1000)
  page.lp.last.message(2)
  expect(page.switches).toHaveLength(1)
})

test('[connection-fatal] a transport with a fatal outcome is tried again after the longest wait of an upgrade', async () => {
  const page = await openThree({ upgrade: { after: 1000, cap: 60_000 } })
  page.ws.last.end({ kind: 'fatal' })
  await page.environment.advance(0)
  page.sse.last.message(1)
  await page.environment.advance(59_999)
  expect(page.ws.starts).toHaveLength(1)
  for (let turn = 0; turn < 15 && page.ws.starts.length === 1; turn++) await page.environment.advance(1001)
  expect(page.ws.starts).toHaveLength(2)
  page.ws.last.open()
  page.ws.last.byte()
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'web-socket' })
})

test('[connection-proof] the connection stays open while transports are switched, and opens once', async () => {
  const page = await openThree()
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.open()
  page.sse.last.byte()
  await page.environment.advance(34_000)
  page.ws.last.open()
  page.ws.last.byte()
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'web-socket' })
  expect(page.opens).toHaveLength(1)
})

test('does not begin with a transport that has been closed at once twice', async () => {
  const page = await openThree({ retry: { delay: () => 10 } })
  page.ws.last.open()
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.end()
  await page.environment.advance(0)
  page.lp.last.end()
  expect(page.shown().status).toBe('backoff')
  await page.environment.advance(10)
  page.ws.last.open()
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.open()
  page.sse.last.byte()
  await page.environment.advance(6000)
  page.sse.last.end()
  await page.environment.advance(10)
  expect(page.ws.starts).toHaveLength(2)
  expect(page.sse.starts).toHaveLength(3)
})

test('[connection-outage] after a stable transport is lost, waits and begins with the same one', async () => {
  const page = await openThree({ retry: { delay: () => 1000 } })
  page.ws.last.open()
  page.ws.last.byte()
  page.ws.last.message(1)
  await page.environment.advance(6000)
  page.ws.last.end()
  expect(page.shown().status).toBe('backoff')
  await page.environment.advance(999)
  expect(page.ws.starts).toHaveLength(1)
  await page.environment.advance(1)
  expect(page.ws.last.cursor).toBe('1')
  expect(page.sse.starts).toEqual([])
})

test('[connection-outage] in an outage every transport is tried in the first attempt, two in the second, then one in each', async () => {
  const page = await openThree({ retry: { delay: () => 10 } })
  const starts = () => [page.ws, page.sse, page.lp].flatMap((transport) => transport.starts)
  const refused = new Set()
  const counts: number[] = []
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = starts().length - (attempt === 0 ? 1 : 0)
    if (attempt > 0) await page.environment.advance(10)
    for (let turn = 0; turn < 9 && page.shown().status === 'connecting'; turn++) {
      for (const start of starts())
        if (!refused.has(start)) {
          refused.add(start)
          start.end()
        }
      await page.environment.advance(0)
    }
    counts.push(starts().length - before)
  }
  expect(counts).toEqual([3, 2, 1, 1, 1])
})

test('[connection-lossless] messages of two transports are delivered once and in order', async () => {
  const page = await openThree()
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.open()
  for (const seq of range(1, 5)) page.sse.last.message(seq)
  await page.environment.advance(34_000)
  expect(page.ws.last.cursor).toBe('5')
  page.sse.last.message(6)
  page.ws.last.open()
  page.ws.last.message(6)
  page.ws.last.message(7)
  for (const seq of range(8, 9)) page.ws.last.message(seq)
  expect(page.received()).toEqual(range(1, 9))
  expect(page.sse.last.signal.aborted).toBe(true)
})

test('[connection-lossless] a transport that is behind does not move the cursor back', async () => {
  const page = await openThree()
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.message(1)
  await page.environment.advance(34_000)
  for (const seq of range(2, 4)) page.sse.last.message(seq)
  page.ws.last.open()
  page.ws.last.byte()
  page.ws.last.message(2)
  expect(page.shown().cursor).toBe('4')
  page.ws.last.message(3)
  page.ws.last.end()
  await page.environment.advance(0)
  expect(page.sse.last.cursor).toBe('4')
  page.sse.last.message(5)
  expect(page.received()).toEqual([1, 2, 3, 4, 5])
})

test('one transport with a fatal outcome is not tried again, and the connection closes only if all have one', async () => {
  const fatal = (status: number) =>
    ({
      kind: 'fatal',
      error: new TautlineError('closed', `No: ${status}`, { closeCode: 1003, reason: '', wasClean: true }),
    }) as const
  const page = await openThree({ retry: { delay: () => 10 } })
  page.ws.last.end(fatal(1))
  await page.environment.advance(0)
  page.sse.last.end(fatal(2))
  await page.environment.advance(0)
  page.lp.last.message(1)
  await page.environment.advance(6000)
  page.lp.last.end(LOST)
  await page.environment.advance(10)
  expect(page.ws.starts).toHaveLength(1)
  expect(page.sse.starts).toHaveLength(1)
  page.lp.last.end(fatal(3))
  expect(page.connection.getSnapshot().closed?.by).toBe('fatal')
})

test('rejected credentials are renewed once, over the same transport', async () => {
  const ws = createFakeTransport('web-socket', { url: () => '/token', isDuplex: true })
  const lp = createFakeTransport('long-poll')
  const page = openConnection([ws.option, lp.option])
  await page.environment.advance(0)
  ws.last.end({ kind: 'unauthorized' })
  await page.environment.advance(0)
  expect([ws.starts.length, lp.starts.length]).toEqual([2, 0])
  ws.last.end({ kind: 'unauthorized' })
  expect(page.connection.getSnapshot().closed?.by).toBe('fatal')
})

test('a stream that is complete closes the connection', async () => {
  const page = await openThree()
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.end({ kind: 'complete' })
  expect(page.connection.getSnapshot().closed?.by).toBe('complete')
  expect(page.lp.starts).toEqual([])
})

test('closes every transport, also one that has ended', async () => {
  const page = await openThree()
  await page.environment.advance(2000)
  page.connection.close(4000, 'bye')
  expect(page.ws.last.closedWith).toEqual([[4000, 'bye']])
  expect(page.sse.last.closedWith).toHaveLength(1)
  expect(page.environment.timers).toBe(0)
  expect(page.environment.listeners).toBe(0)
  const other = await openThree()
  other.ws.last.end()
  expect(other.ws.last.closedWith).toHaveLength(1)
})

test('a transport that reports after it was closed changes nothing', async () => {
  const page = await openThree()
  page.ws.last.open()
  page.ws.last.byte()
  page.connection.close()
  page.ws.last.message(1)
  page.ws.last.end()
  page.ws.last.open()
  expect(page.received()).toEqual([])
  expect(page.shown().status).toBe('closed')
})

test('[connection-gap] a gap is requested again over the same transport, then over the others', async () => {
  const isNext = (id: string, before: string) => Number(id) === Number(before) + 1
  const page = await openThree({ isNext })
  page.ws.last.open()
  page.ws.last.byte()
  page.ws.last.message(1)
  page.ws.last.message(3)
  expect(page.received()).toEqual([1])
  await page.environment.advance(0)
  expect(page.ws.starts.map(({ cursor }) => cursor)).toEqual([undefined, '1'])
  page.ws.last.open()
  page.ws.last.message(3)
  await page.environment.advance(0)
  expect(page.sse.last.cursor).toBe('1')
  page.sse.last.open()
  page.sse.last.message(2)
  page.sse.last.message(3)
  expect(page.received()).toEqual([1, 2, 3])
  expect(page.errors).toEqual([])
  expect(page.switches).toEqual([{ from: 'web-socket', to: 'event-source', why: 'gap' }])
  expect(page.shown().status).toBe('open')
})

test('[connection-gap] what no transport has is reported as a gap, and the stream continues', async () => {
  const isNext = (id: string, before: string) => Number(id) === Number(before) + 1
  const page = await openThree({ isNext })
  page.ws.last.open()
  page.ws.last.message(1)
  for (const transport of [page.ws, page.ws, page.sse, page.lp]) {
    transport.last.open()
    transport.last.message(3)
    await page.environment.advance(0)
  }
  expect(page.errors).toMatchObject([{ code: 'gap', after: '1', before: '3' }])
  expect(page.received()).toEqual([1, 3])
  expect(page.shown().status).toBe('open')
})

test('[connection-fallback] an attempt that a hidden page ends after a timeout of the one before is no failure', async () => {
  const { ws, sse } = createThree()
  const page = openConnection([ws.option, sse.option], {
    pause: { hidden: true },
    retry: { delay: () => 100 },
    timeout: { connect: 10_000 },
  })
  await page.environment.advance(10_200)
  expect([ws, sse].map(({ starts }) => starts.length)).toEqual([2, 1])
  page.environment.emitPageEvent('hidden')
  await page.environment.advance(10_000)
  page.environment.emitPageEvent('visible')
  await page.environment.advance(1000)
  expect([ws, sse].map(({ starts }) => starts.length)).toEqual([3, 1])
})

test('a held long poll opens the connection only if it is the last transport', async () => {
  const lp = createFakeTransport('long-poll', { proof: 'reply' })
  const sp = createFakeTransport('short-poll')
  const alone = openConnection([lp.option])
  await alone.environment.advance(0)
  lp.last.open()
  expect(alone.shown().status).toBe('open')
  const both = openConnection([lp.option, sp.option])
  await both.environment.advance(0)
  lp.last.open()
  expect(both.shown().status).toBe('connecting')
  await both.environment.advance(2000)
  sp.last.open()
  expect(both.shown()).toMatchObject({ status: 'open', transport: 'short-poll' })
})
