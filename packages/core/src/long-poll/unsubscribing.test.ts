import { describe, expect, test } from 'vitest'
import { respond, messagesIn, mountPoll, polling, searches } from '../../test/long-poll/harness.ts'
import { query } from './index.ts'
import { createTestEnvironment } from '../testing/index.ts'

const options = {
  cursor: query('since', (body) => body.next),
  messages: (body: { list: string[] }) => body.list,
}

describe('[poll-sequence] [cursor] an observer that leaves in a handler', () => {
  test('in the last message has received everything: the cursor moves', async () => {
    const environment = createTestEnvironment()
    const { observer, emitted, leave } = mountPoll(environment, options)
    observer.on('message', (message) => message === 'two' && leave())
    await environment.advance(0)
    await respond(environment, { next: 2, list: ['one', 'two'] })
    expect(searches(environment)).toEqual(['', '?since=2'])
    observer.subscribe(() => {})
    await respond(environment, { next: 3, list: ['three'] })
    expect(messagesIn(emitted)).toEqual(['one', 'two', 'three'])
  })

  test('before the last message has not', async () => {
    const environment = createTestEnvironment()
    const { observer, leave } = mountPoll(environment, options)
    observer.on('message', (message) => message === 'one' && leave())
    await environment.advance(0)
    await respond(environment, { next: 2, list: ['one', 'two'] })
    await environment.advance(999)
    expect(searches(environment)).toEqual([''])
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(searches(environment)).toEqual(['', ''])
  })
})

test('[unmount] [option-functions] an observer that leaves after a failed return leaves no timers or listeners', async () => {
  const environment = createTestEnvironment()
  let broken = false
  const cursor = query('since', (body) => body.next)
  const failing = {
    ...options,
    cursor: {
      ...cursor,
      write(...request: Parameters<typeof cursor.write>) {
        if (broken) throw new Error('wrong in write')
        cursor.write(...request)
      },
    },
    initialCursor: '0',
    onError: () => observer.setOptions('/news', { environment, ...failing, enabled: false }),
  }
  const { observer, leave } = mountPoll(environment, failing)
  await environment.advance(0)
  leave()
  await respond(environment, { next: 1, list: ['one'] })
  broken = true
  observer.subscribe(() => {})
  await environment.advance(600_000)
  expect(observer.getSnapshot().status).toBe('idle')
  expect([environment.requests.length, environment.timers, environment.listeners]).toEqual([1, 0, 0])
})

describe('[hidden-page] [poll-interval] a hidden page that polls every ten minutes', () => {
  const rarely = { pause: { hidden: 600_000 } }

  test('does not poll sooner because of network events', async () => {
    const { environment } = await polling(rarely)
    environment.emitPageEvent('hidden')
    await respond(environment, undefined, { status: 204 })
    for (let minute = 0; minute < 9; minute++) {
      await environment.advance(60_000)
      environment.emitPageEvent('wake')
      environment.emitPageEvent('online')
    }
    expect(environment.requests).toHaveLength(1)
    environment.emitPageEvent('visible')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('[retry-after] when visible again waits only for Retry-After', async () => {
    const { environment } = await polling(rarely)
    environment.emitPageEvent('hidden')
    await respond(environment, undefined, { status: 503, headers: { 'retry-after': '20' } })
    await environment.advance(10_000)
    environment.emitPageEvent('visible')
    await environment.advance(9000)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(2000)
    expect(environment.requests).toHaveLength(2)
  })
})

test('[nothing-new] a decoding failure does not slow down later empty polls', async () => {
  const { environment } = await polling({ retry: { delay: () => 5000 } })
  await respond(environment, '{', { headers: { 'content-type': 'application/json' } })
  await environment.advance(4999)
  expect(environment.requests).toHaveLength(1)
  await environment.advance(30_000)
  for (const count of [3, 4, 5]) {
    await respond(environment, undefined, { status: 204 })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(count)
  }
})
