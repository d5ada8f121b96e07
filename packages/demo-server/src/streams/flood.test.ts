import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { requestJson } from '../testing/control.ts'
import { fetchText, jsonOf, openStream, parseEvents } from '../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

test.each(['tokens', 'multiline'])(
  'sends the requested bytes of %s, each event with its id',
  async (kind) => {
    const wanted = 3_000_000
    const { text } = await fetchText(`${server.url}/flood?kind=${kind}&bytes=${wanted}`)
    const events = parseEvents(text)
    const end = events.at(-1)
    expect(end?.event).toBe('end')
    const { bytes, events: count } = jsonOf(end)
    expect(text.indexOf('event: end')).toBe(bytes)
    expect(count).toBe(events.length - 1)
    expect(Number(bytes)).toBeLessThanOrEqual(wanted)
    expect(wanted - Number(bytes)).toBeLessThan(2_000)
    const ids = events.slice(0, -1).map(({ id }) => Number(id))
    expect(ids).toEqual(ids.map((_, index) => index))
    const data = events[0]?.data ?? ''
    if (kind === 'tokens') expect(JSON.parse(data)).toEqual({ t: expect.any(String) })
    else expect(data.split('\n')).toHaveLength(20)
  },
)

test('waits for a slow client', async () => {
  const stream = await openStream(`${server.url}/flood?bytes=200000000`)
  await stream.nextChunk()
  const memory = process.memoryUsage().arrayBuffers
  for (let n = 0; n < 20; n += 1) await requestJson(`${server.url}/health`)
  expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(50_000_000)
  stream.leave()
})

test('a flood of 0 bytes sends the end event only', async () => {
  const { text } = await fetchText(`${server.url}/flood?bytes=0`)
  expect(parseEvents(text)).toEqual([{ event: 'end', data: '{"events":0,"bytes":0}' }])
})

test.each(['bytes=-1', 'bytes=much', 'kind=water'])('refuses %s', async (query) => {
  expect(await requestJson(`${server.url}/flood?${query}`)).toMatchObject({ status: 400 })
})
