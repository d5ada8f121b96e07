import { describe, expect, test, vi } from 'vitest'
import { respond, messagesIn, mountPoll, polling } from '../../test/long-poll/harness.ts'
import { query } from './index.ts'
import { createTestEnvironment } from '../testing/index.ts'

/** A server with a clock in its responses: the cursor moves though there is nothing new. */
const restless = { cursor: query('since', (body) => body.now) }

describe('[nothing-new] a server that answers at once, with another cursor each time', () => {
  test('is polled at once for a burst, then at most a hundred times a second', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { environment } = await polling(restless)
    for (let now = 1; now <= 100; now++) await respond(environment, { now })
    expect(environment.requests).toHaveLength(101)
    await respond(environment, { now: 101 })
    expect(environment.requests).toHaveLength(101)
    await environment.advance(10)
    expect(environment.requests).toHaveLength(102)
    expect(warn).not.toHaveBeenCalled()
    for (let now = 102; now <= 1001; now++) {
      await respond(environment, { now })
      await environment.advance(10)
    }
    expect(environment.requests).toHaveLength(1002)
    expect(warn.mock.calls.map(String)).toEqual([expect.stringContaining('Set `interval`')])
    warn.mockRestore()
  })

  test('a response that was held ends the burst', async () => {
    const { environment } = await polling(restless)
    for (let now = 1; now <= 100; now++) await respond(environment, { now })
    await environment.advance(5000)
    await respond(environment, { now: 101 })
    for (let now = 102; now <= 201; now++) await respond(environment, { now })
    expect(environment.requests).toHaveLength(202)
  })

  test('without a gap if minGap is 0', async () => {
    const { environment } = await polling({ ...restless, minGap: 0 })
    for (let now = 1; now <= 150; now++) await respond(environment, { now })
    expect(environment.requests).toHaveLength(151)
  })
})

describe('[wake-up] a clock that is set back does not lengthen a delay', () => {
  test.each([
    ['an interval', { interval: 5000 }],
    ['a gap', {}],
  ])('%s, whatever is rendered meanwhile', async (_, options) => {
    const environment = createTestEnvironment({ start: 1_800_000_000_000 })
    const { observer } = mountPoll(environment, options)
    await environment.advance(0)
    await respond(environment, undefined, { status: 204 })
    environment.jump(-3_600_000)
    for (let render = 0; render < 6; render++) {
      observer.setOptions('/news', { environment, ...options, onMessage: () => {} })
      await environment.advance(1000)
    }
    expect(environment.requests).toHaveLength(2)
  })

  test('nor does a page that becomes visible', async () => {
    const environment = createTestEnvironment({ start: 1_800_000_000_000 })
    mountPoll(environment, { interval: 5000 })
    await environment.advance(0)
    await respond(environment, undefined, { status: 204 })
    environment.jump(-3_600_000)
    environment.emitPageEvent('visible')
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
  })
})

test.each([1, 500, 1000])('[status] a connect of %i ms opens before a server that holds', async (connect) => {
  const { environment, client } = await polling({ timeout: { connect } })
  await environment.advance(connect)
  expect(client.getSnapshot().status).toBe('open')
})

test('[connect-timeout] with an interval the first response may take as long as any', async () => {
  const { environment, client } = await polling({ interval: 1000, timeout: { request: 60_000 } })
  await environment.advance(59_999)
  expect(client.getSnapshot().status).toBe('connecting')
  await respond(environment, 'late')
  expect(client.getSnapshot().data).toBe('late')
})

test.each([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN])(
  '[cursor] %d is no cursor',
  async (found) => {
    const { environment } = await polling({ cursor: query('since', () => found), initialCursor: '4' })
    await respond(environment, 'one')
    await environment.advance(1000)
    expect(environment.requests.map(({ url }) => new URL(url).search)).toEqual(['?since=4', '?since=4'])
  },
)

test('[handler-errors] [cursor] where messages throws, a cursor in the body stays, and the response is requested again', async () => {
  let broken = true
  const { environment, emitted } = await polling({
    cursor: query('since', (body) => body.next),
    messages(body) {
      if (broken) throw new Error('wrong in messages')
      return body.list
    },
  })
  await respond(environment, { next: 7, list: ['one'] })
  broken = false
  await environment.advance(30_000)
  await respond(environment, { next: 7, list: ['one'] })
  expect(environment.requests.map(({ url }) => new URL(url).search)).toEqual(['', '', '?since=7'])
  expect(emitted).toEqual(['open', 'error decode', 'message one'])
  expect(messagesIn(emitted)).toEqual(['one'])
})

test('[sharing] notifies no one of an undecodable response after another observer has closed the connection', async () => {
  const environment = createTestEnvironment()
  const first = mountPoll(environment)
  const decode = () => {
    throw new Error('wrong in the codec')
  }
  const second = mountPoll(environment, { codec: { decode } })
  first.observer.on('message', () => first.observer.close())
  await environment.advance(0)
  await respond(environment, 'one')
  expect(second.emitted).toEqual(['open', 'close 1000'])
})

test('[cursor] an observer whose listener leaves at a message gets the next ones when it comes back, and none twice', async () => {
  const environment = createTestEnvironment()
  const dedupe = (message: unknown) => message
  const options = { dedupeBy: dedupe, notify: 'sync', messages: (body: string[]) => body } as const
  const { observer, emitted, leave } = mountPoll(environment, options)
  await environment.advance(0)
  leave()
  const stop = observer.subscribe(() => {
    if (observer.getSnapshot().data === 'two') stop()
  })
  await respond(environment, ['one', 'two'])
  observer.subscribe(() => {})
  await environment.advance(1000)
  await respond(environment, ['one', 'two', 'three'])
  expect(messagesIn(emitted)).toEqual(['one', 'two', 'three'])
})
