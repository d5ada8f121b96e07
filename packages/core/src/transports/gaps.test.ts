import { describe, expect, test } from 'vitest'
import {
  type FakeStart,
  type FakeTransport,
  createFakeTransport,
  openConnection,
} from '../../test/transports/harness.ts'

const isNext = (id: string, before: string) => Number(id) === Number(before) + 1

/** Runs a server that replays what follows a cursor, and swallows every other message that it sends live. */
async function runLossyServer(transports: readonly FakeTransport[], turns: number) {
  const page = openConnection(
    transports.map(({ option }) => option),
    { isNext, initialCursor: '0' },
  )
  const known = new Set<FakeStart>()
  const all = () => transports.flatMap(({ starts }) => starts)
  let written = 0
  const serve = (isLossy: boolean) => {
    for (const start of all()) {
      if (start.signal.aborted) continue
      if (known.has(start)) {
        if (isLossy) start.message(written)
        continue
      }
      known.add(start)
      start.open()
      start.byte()
      for (let id = Number(start.cursor); id < written && !start.signal.aborted;) start.message(++id)
    }
  }
  for (let turn = 0; turn < turns; turn++) {
    written += 2
    serve(true)
    await page.environment.advance(100)
  }
  const startsWhileLossy = all().length
  // From now on nothing is swallowed.
  for (let turn = 0; turn < 300; turn++) {
    serve(false)
    await page.environment.advance(100)
  }
  return { ...page, startsWhileLossy, expected: Array.from({ length: written }, (_, index) => index + 1) }
}

describe('[connection-gap] messages that are missing every 100 ms, and arrive when they are requested again', () => {
  test('a single transport is started at growing intervals, and nothing is lost', async () => {
    const ws = createFakeTransport('web-socket', { proof: 'reply', isDuplex: true })
    const page = await runLossyServer([ws], 100)
    expect(page.startsWhileLossy).toBeLessThan(10)
    expect(page.received()).toEqual(page.expected)
    expect(page.errors.length).toBeGreaterThan(0)
    expect(new Set(page.errors.map(({ code }) => code))).toEqual(new Set(['closed']))
    page.connection.close()
  })

  test('with several transports each one is started twice, then all of them at growing intervals', async () => {
    const ws = createFakeTransport('web-socket', { proof: 'reply', isDuplex: true })
    const sse = createFakeTransport('event-source', { proof: 'byte' })
    const page = await runLossyServer([ws, sse], 100)
    expect([ws, sse].map(({ starts }) => starts.length > 1)).toEqual([true, true])
    expect(page.startsWhileLossy).toBeLessThan(15)
    expect(page.switches[0]).toEqual({ from: 'web-socket', to: 'event-source', why: 'gap' })
    expect(page.received()).toEqual(page.expected)
    expect(page.errors.map(({ code }) => code)).not.toContain('gap')
    page.connection.close()
  })
})

test('[connection-gap] a transport that loses messages again and again is replaced by one that does not', async () => {
  const ws = createFakeTransport('web-socket', { proof: 'reply', isDuplex: true })
  const sse = createFakeTransport('event-source', { proof: 'byte' })
  const page = openConnection([ws.option, sse.option], { isNext, initialCursor: '0' })
  await page.environment.advance(0)
  for (const seqs of [[2], [1, 2, 4]]) {
    ws.last.open()
    for (const seq of seqs) ws.last.message(seq)
    await page.environment.advance(0)
  }
  expect(ws.starts).toHaveLength(2)
  sse.last.open()
  for (const seq of [3, 4, 5]) sse.last.message(seq)
  expect(page.received()).toEqual([1, 2, 3, 4, 5])
  expect(page.switches).toEqual([{ from: 'web-socket', to: 'event-source', why: 'gap' }])
  expect([page.shown().status, page.errors, page.opens.length]).toEqual(['open', [], 1])
  await page.environment.advance(29_000)
  expect(ws.starts).toHaveLength(2)
  await page.environment.advance(10_000)
  expect(ws.starts).toHaveLength(3)
  page.connection.close()
  expect(page.environment.timers).toBe(0)
})
