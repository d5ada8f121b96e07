import { describe, expect, onTestFinished, test } from 'vitest'
import { createThree } from '../../test/transports/harness.ts'
import { moments, openThree } from '../../test/transports/moments.ts'
import { forgetUser } from '../log-out/index.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { json } from '../shared/codec.ts'
import { observeConnection } from './index.ts'
import { withEvents } from '../../test/events.ts'

describe.each(moments)('%s', (_, reach) => {
  test('close() leaves nothing', async () => {
    const page = await openThree()
    await reach(page)
    page.connection.close()
    expect(page.running()).toEqual([])
    await page.environment.advance(100)
    expect([page.environment.timers, page.environment.listeners]).toEqual([0, 0])
    const { length } = page.starts()
    const received = page.received()
    for (const start of page.starts()) {
      start.open()
      start.byte()
      start.message(99)
      start.end()
    }
    await page.environment.advance(1_000_000)
    expect(page.starts()).toHaveLength(length)
    expect(page.received()).toEqual(received)
  })

  test('close() and open() in one tick begin one attempt', async () => {
    const page = await openThree()
    await reach(page)
    if (page.shown().status === 'backoff') page.environment.emitPageEvent('online')
    const { cursor } = page.shown()
    page.connection.close()
    const { length } = page.starts()
    page.connection.open()
    page.connection.close()
    page.connection.open()
    await page.environment.advance(0)
    expect(page.running()).toHaveLength(1)
    expect(page.starts()).toHaveLength(length + 1)
    expect(page.running()[0]?.cursor).toBe(cursor)
    page.running()[0]?.message(100)
    expect(page.received().at(-1)).toBe(100)
  })

  test('reconnect() begins with one transport, from the cursor', async () => {
    const page = await openThree()
    await reach(page)
    const { cursor } = page.shown()
    page.connection.reconnect()
    page.environment.emitPageEvent('online')
    // After `online` an attempt waits for at most a second.
    for (let turn = 0; turn < 10 && page.running().length === 0; turn++) await page.environment.advance(200)
    expect(page.running()).toHaveLength(1)
    expect(page.running()[0]?.cursor).toBe(cursor)
  })

  test('freezing and resuming the page continues after the cursor', async () => {
    const page = await openThree()
    await reach(page)
    const { cursor } = page.shown()
    page.environment.emitPageEvent('pagehide')
    expect(page.running()).toEqual([])
    expect(page.environment.timers).toBeLessThanOrEqual(1)
    page.environment.emitPageEvent('pageshow')
    page.environment.emitPageEvent('online')
    await page.environment.advance(5000)
    expect(page.running().length).toBeGreaterThan(0)
    for (const { cursor: from } of page.running()) expect(from).toBe(cursor)
  })

  test('log-out begins without a cursor, and drops what the old transports bring', async () => {
    const page = await openThree({ key: 'ann' })
    await reach(page)
    const old = page.starts()
    await forgetUser(undefined, { key: 'ann' })
    expect(page.shown().cursor).toBeUndefined()
    expect(page.received()).toEqual([])
    for (const start of old) {
      start.open()
      start.message(50)
    }
    page.environment.emitPageEvent('online')
    await page.environment.advance(5000)
    expect(page.received()).toEqual([])
    for (const start of page.running()) expect(start.cursor).toBeUndefined()
  })

  test('offline, then online, continues', async () => {
    const page = await openThree()
    await reach(page)
    page.environment.emitPageEvent('offline')
    await page.environment.advance(5000)
    page.environment.emitPageEvent('online')
    await page.environment.advance(60_000)
    const [first] = page.running()
    first?.open()
    first?.message(60)
    expect([page.shown().status, page.received().at(-1)]).toEqual(['open', 60])
  })
})

describe.each(moments)('another key %s', (_, reach) => {
  test('drops the cursor and everything that the old transports bring', async () => {
    const { ws, sse, lp } = createThree()
    const list = [ws.option, sse.option, lp.option]
    const environment = createTestEnvironment()
    const options = (key: string) =>
      ({ environment, remember: false, key, codec: json<{ seq: number }>() }) as const
    const messages: number[] = []
    const observer = withEvents(observeConnection<{ seq: number }, object>(list, options('ann')))
    observer.on('message', ({ seq }) => messages.push(seq))
    onTestFinished(observer.subscribe(() => {}))
    await environment.advance(0)
    const starts = () => [ws, sse, lp].flatMap((transport) => transport.starts)
    await reach({ environment, ws, sse, lp })
    const old = starts()
    messages.length = 0
    observer.setOptions(list, options('bob'))
    for (const start of old) start.message(70)
    for (const { signal } of old) expect(signal.aborted).toBe(true)
    await environment.advance(0)
    for (const start of old) start.message(71)
    environment.emitPageEvent('online')
    await environment.advance(5000)
    const fresh = starts().filter((start) => !old.includes(start))
    expect(fresh.length).toBeGreaterThan(0)
    for (const { cursor } of fresh) expect(cursor).toBeUndefined()
    expect(messages).toEqual([])
    expect(observer.getSnapshot()).toMatchObject({ data: undefined, cursor: undefined })
  })
})

test('[log-out] what is queued for one user is not sent for the next', async () => {
  const page = await openThree({ key: 'ann' })
  page.connection.send({ seq: 1 })
  expect(page.shown().queued).toBe(1)
  await forgetUser(undefined, { key: 'ann' })
  await page.environment.advance(3000)
  expect(page.shown().queued).toBe(0)
  page.ws.last.open()
  page.ws.last.byte()
  page.connection.send({ seq: 2 })
  expect(page.ws.starts.flatMap(({ sent }) => sent)).toEqual(['{"seq":2}'])
})
