import { expect, test } from 'vitest'
import { respond, polling } from '../../test/long-poll/harness.ts'
import { fromHeader, query, validators } from './index.ts'

test('[poll-sequence] the next request starts when the response has been handled, and carries the newest cursor', async () => {
  const { environment, client, emitted } = await polling({
    cursor: query('since', (body) => body.next),
    messages: (body) => body.list,
  })
  expect(client.getSnapshot().status).toBe('connecting')
  await respond(environment, { list: ['a', 'b'], next: 7 })
  expect(emitted).toEqual(['open', 'message a', 'message b'])
  expect(environment.requests.map(({ url }) => url)).toEqual([
    'https://test.example/news',
    'https://test.example/news?since=7',
  ])
  expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'b', cursor: '7', error: undefined })
  client.close()
  // The frame that was requested.
  await environment.advance(16)
  expect(environment.request.aborted).toBe(true)
  expect([environment.timers, environment.listeners]).toEqual([0, 0])
})

test('[nothing-new] nothing new', async () => {
  const { environment, emitted } = await polling({ cursor: validators() })
  await respond(environment, 'one', {
    headers: { etag: '3', 'last-modified': 'Sat, 21 Nov 2026 09:00:00 GMT' },
  })
  expect(environment.request.headers.get('if-none-match')).toBe('3')
  expect(environment.request.headers.get('if-modified-since')).toBe('Sat, 21 Nov 2026 09:00:00 GMT')
  await respond(environment, undefined, { status: 304 })
  expect(environment.requests).toHaveLength(2)
  await environment.advance(999)
  expect(environment.requests).toHaveLength(2)
  await environment.advance(1)
  expect(environment.requests).toHaveLength(3)
  expect(emitted).toEqual(['open', 'message one'])
})

test('[cursor] a lost response is requested again', async () => {
  const { environment, emitted } = await polling({ cursor: query('index', fromHeader('x-index')) })
  await respond(environment, 'one', { headers: { 'x-index': '5' } })
  environment.request.fail()
  await environment.advance(0)
  expect(emitted).toEqual(['open', 'message one', 'close 1006 unclean', 'error connect-failed', 'retry 1'])
  await environment.advance(500)
  expect(environment.requests.map(({ url }) => new URL(url).search)).toEqual(['', '?index=5', '?index=5'])
})

test('a held request counts as open', async () => {
  const { environment, client } = await polling()
  await environment.advance(1000)
  expect(client.getSnapshot().status).toBe('open')
  await environment.advance(89_000)
  expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'timeout' } })
})
