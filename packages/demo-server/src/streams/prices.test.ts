import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { requestJson } from '../testing/control.ts'
import { fetchText, jsonOf, openStream, parseEvents } from '../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

test('sends prices, trades and halts as named events', async () => {
  const { headers, text } = await fetchText(`${server.url}/prices?rate=5000&count=100`)
  expect(headers.get('content-type')).toBe('text/event-stream')
  const events = parseEvents(text)
  const named = (name: string) => events.filter(({ event }) => event === name).map(jsonOf)
  const symbol = expect.stringMatching(/^(ACME|GLOBEX)$/)
  const price = expect.any(Number)
  expect(events).toHaveLength(100)
  expect(named('halt')).toEqual(Array.from({ length: 2 }, () => ({ symbol, reason: 'volatility' })))
  expect(named('trade')).toEqual(
    Array.from({ length: 18 }, () => ({ symbol, quantity: expect.any(Number), price })),
  )
  expect(named('price')).toEqual(
    Array.from({ length: 80 }, () => ({ symbol, price, at: expect.any(Number) })),
  )
  expect(events.some(({ id }) => id !== undefined)).toBe(false)
})

test('sends the requested symbols only', async () => {
  const { text } = await fetchText(`${server.url}/prices?rate=5000&count=30&symbols=KNOT,ROPE,TAR`)
  const symbols = parseEvents(text).map((event) => jsonOf(event)['symbol'])
  expect(new Set(symbols)).toEqual(new Set(['KNOT', 'ROPE', 'TAR']))
})

test('a rate of 0 is an open connection without events', async () => {
  const stream = await openStream(`${server.url}/prices?rate=0&comment=1`)
  expect(await stream.nextBlock()).toBe(': keep-alive')
  stream.leave()
})

test.each(['symbols=acme', 'symbols=', 'symbols=A,,B', 'rate=-1', 'count=0', 'comment=often'])(
  'refuses %s',
  async (query) => {
    expect(await requestJson(`${server.url}/prices?${query}`)).toMatchObject({ status: 400 })
  },
)
