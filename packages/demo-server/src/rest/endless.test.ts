import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { poll } from '../testing/polls.ts'
import { openStream } from '../testing/streams.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const MIB = 1024 * 1024
const endpointState = () => Object(server.state().endpoints['endless'])

test.each([
  ['json', 'application/json'],
  ['text', 'text/plain'],
  ['binary', 'application/octet-stream'],
])('%s ends after the requested bytes', async (type, contentType) => {
  const { headers, text } = await poll(`${server.url}/endless?type=${type}&bytes=${MIB}`)
  expect(headers.get('content-type')).toBe(contentType)
  expect(headers.get('content-length')).toBeNull()
  expect(text.length).toBeGreaterThanOrEqual(MIB)
  expect(text.length).toBeLessThan(1.2 * MIB)
  if (type === 'json') expect(JSON.parse(text).length).toBeGreaterThan(1_000)
  expect(endpointState().latest.at(-1)).toEqual({
    target: `/endless?type=${type}&bytes=${MIB}`,
    bytes: text.length,
    ended: 'finished',
  })
})

test('pauses for a slow client, and stops when it aborts', async () => {
  const before = endpointState()
  const stream = await openStream(`${server.url}/endless`)
  let read = 0
  while (read < 4 * MIB) read += (await stream.nextChunk())?.length ?? 0
  stream.leave()
  await expect.poll(endpointState).toMatchObject({ abandoned: before.abandoned + 1, live: 0 })
  const { bytes, ended } = endpointState().latest.at(-1)
  expect(ended).toBe('abandoned')
  expect(bytes).toBeGreaterThanOrEqual(4 * MIB)
  expect(bytes).toBeLessThan(64 * MIB)
})

test.each(['type=xml', 'bytes=1073741825'])('%s is refused', async (query) => {
  expect((await poll(`${server.url}/endless?${query}`)).status).toBe(400)
})
