import { describe, expect, test } from 'vitest'
import {
  type PollOptions,
  respond,
  messagesIn,
  mountPoll,
  polling,
  searches,
} from '../../test/long-poll/harness.ts'
import { query } from './index.ts'
import { createTestEnvironment } from '../testing/index.ts'

const cursor = query('since', (body) => body.next)
const messages = (body: { readonly list: readonly unknown[] }) => body.list
const options: PollOptions = { cursor, messages }

/** A poll whose cursor is 5. */
async function begun(more: PollOptions = {}) {
  const set = await polling({ ...options, ...more })
  await respond(set.environment, { next: 5, list: ['one'] })
  return set
}

/** An observer that is mounted, whose cursor is 5. */
async function mounted() {
  const environment = createTestEnvironment()
  const harness = mountPoll(environment, options)
  await environment.advance(0)
  await respond(environment, { next: 5, list: ['one'] })
  return { environment, ...harness }
}

const lastSearch = (environment: Parameters<typeof searches>[0]) => searches(environment).at(-1)

describe('[cursor] the poll resumes from its cursor', () => {
  test('when the poll is closed and opened', async () => {
    const { environment, client } = await begun()
    client.close()
    await environment.advance(60_000)
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', cursor: '5' })
    client.open()
    await environment.advance(0)
    expect(lastSearch(environment)).toBe('?since=5')
  })

  test('by reconnect()', async () => {
    const { environment, client } = await begun()
    client.reconnect()
    await environment.advance(0)
    expect(searches(environment)).toEqual(['', '?since=5', '?since=5'])
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false, true, false])
  })

  test('after an attempt that failed, and after one that was fatal', async () => {
    const { environment, client } = await begun()
    environment.request.fail()
    await environment.advance(500)
    expect(lastSearch(environment)).toBe('?since=5')
    await respond(environment, '', { status: 404 })
    client.open()
    await environment.advance(0)
    expect(searches(environment)).toEqual(['', '?since=5', '?since=5', '?since=5'])
  })

  test('by a component that returns, soon or late', async () => {
    const { environment, observer, leave } = await mounted()
    leave()
    await environment.advance(900)
    const again = observer.subscribe(() => {})
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    again()
    await environment.advance(60_000)
    expect(observer.getSnapshot()).toMatchObject({ cursor: '5' })
    expect(environment.timers).toBe(0)
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(searches(environment)).toEqual(['', '?since=5', '?since=5'])
  })

  test('and what arrived without a subscriber is requested again', async () => {
    const { environment, observer, leave, emitted } = await mounted()
    leave()
    await respond(environment, { next: 6, list: ['two'] })
    expect(messagesIn(emitted)).toEqual(['one'])
    observer.subscribe(() => {})
    await environment.advance(1000)
    expect(lastSearch(environment)).toBe('?since=5')
    await respond(environment, { next: 6, list: ['two'] })
    expect(messagesIn(emitted)).toEqual(['one', 'two'])
    // No timer from the time without subscribers may close it.
    await environment.advance(5000)
    expect(observer.getSnapshot()).toMatchObject({ status: 'open', cursor: '6' })
    expect(environment.request.aborted).toBe(false)
  })

  test('also the very first response', async () => {
    const environment = createTestEnvironment()
    const { observer, leave, emitted } = mountPoll(environment, options)
    await environment.advance(0)
    leave()
    await respond(environment, { next: 5, list: ['one'] })
    observer.subscribe(() => {})
    await environment.advance(1000)
    expect(lastSearch(environment)).toBe('')
    await respond(environment, { next: 5, list: ['one'] })
    expect(messagesIn(emitted)).toEqual(['one'])
  })

  test('and a response during which the component left', async () => {
    const environment = createTestEnvironment()
    const { observer, leave, emitted } = mountPoll(environment, options)
    const stop = observer.on('message', () => leave())
    await environment.advance(0)
    await respond(environment, { next: 5, list: ['one', 'two'] })
    expect(emitted).toEqual(['open', 'message one'])
    stop()
    observer.subscribe(() => {})
    await environment.advance(1000)
    expect(lastSearch(environment)).toBe('')
    await respond(environment, { next: 5, list: ['one', 'two'] })
    expect(messagesIn(emitted).slice(1)).toEqual(['one', 'two'])
  })

  test('while it is disabled', async () => {
    const { environment, observer } = await mounted()
    observer.setOptions('/news', { environment, ...options, enabled: false })
    await environment.advance(5000)
    expect(environment.request.aborted).toBe(true)
    observer.setOptions('/news', { environment, ...options })
    await environment.advance(0)
    expect(lastSearch(environment)).toBe('?since=5')
  })
})

describe('[url-change] another URL starts without it', () => {
  test.each<[name: string, url: string, other: PollOptions]>([
    ['another URL', '/other', {}],
    ['another query', '/news?room=2', {}],
    ['another method', '/news', { method: 'POST' }],
    ['another body', '/news', { method: 'POST', body: { room: 2 } }],
    ['other credentials', '/news', { credentials: 'include' }],
    ['another key', '/news', { key: 'mine' }],
  ])('%s', async (_, url, other) => {
    const { environment, client } = await begun()
    const { request } = environment
    client.setOptions(url, { environment, ...options, ...other })
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', data: undefined, cursor: undefined })
    await environment.advance(0)
    expect(request.aborted).toBe(true)
    expect(environment.request.url).not.toContain('since')
    expect(environment.requests).toHaveLength(3)
  })

  test('nothing that arrives for the old URL has an effect', async () => {
    const { environment, client, emitted } = await begun()
    const { request } = environment
    request.respond({ headers: { 'content-type': 'application/json' } })
    await environment.advance(0)
    client.setOptions('/other', { environment, ...options })
    request.write('{"next": 6, "list": ["late"]}')
    request.end()
    await environment.advance(0)
    expect(emitted).toEqual(['open', 'message one', 'close 1000'])
    expect(client.getSnapshot().cursor).toBeUndefined()
  })

  test('in a handler: the rest of the response is not delivered', async () => {
    const { environment, client, emitted } = await begun()
    client.on('message', () => client.setOptions('/other', { environment, ...options }))
    await respond(environment, { next: 6, list: ['two', 'three'] })
    expect(emitted).toEqual(['open', 'message one', 'message two', 'close 1000'])
    expect(environment.request.url).toBe('https://test.example/other')
  })

  test('five in a tick: only the last is requested', async () => {
    const { environment, client } = await begun()
    for (const room of [1, 2, 3, 4, 5]) client.setOptions(`/news?room=${room}`, { environment, ...options })
    await environment.advance(0)
    expect(searches(environment)).toEqual(['', '?since=5', '?room=5'])
  })

  test('it begins at initialCursor', async () => {
    const { environment, client } = await polling({ ...options, initialCursor: '3' })
    expect(client.getSnapshot().cursor).toBe('3')
    await respond(environment, { next: 5, list: ['one'] })
    client.setOptions('/other', { environment, ...options, initialCursor: '9' })
    await environment.advance(0)
    expect(searches(environment)).toEqual(['?since=3', '?since=5', '?since=9'])
  })
})

describe('[close] [cursor] a response during which the connection is closed is requested again as a whole', () => {
  test.each(['close', 'reconnect'] as const)('%s()', async (how) => {
    const { environment, client, emitted } = await begun()
    const stop = client.on('message', (message) => {
      if (message === 'three') client[how]()
    })
    await respond(environment, { next: 8, list: ['two', 'three', 'four'] })
    stop()
    expect(emitted.slice(1, 4)).toEqual(['message one', 'message two', 'message three'])
    expect(emitted).not.toContain('message four')
    expect(client.getSnapshot().cursor).toBe('5')
    client.open()
    await environment.advance(0)
    expect(lastSearch(environment)).toBe('?since=5')
    await respond(environment, { next: 8, list: ['two', 'three', 'four'] })
    expect(emitted.slice(-3)).toEqual(['message two', 'message three', 'message four'])
    expect(client.getSnapshot().cursor).toBe('8')
  })

  test('with dedupe each message is delivered once', async () => {
    const { environment, client, emitted } = await begun({ dedupeBy: (message) => message })
    const stop = client.on('message', () => client.close())
    await respond(environment, { next: 8, list: ['two', 'three', 'four'] })
    stop()
    client.open()
    await environment.advance(0)
    await respond(environment, { next: 8, list: ['two', 'three', 'four'] })
    expect(messagesIn(emitted)).toEqual(['one', 'two', 'three', 'four'])
  })

  test('also if closed in the last message', async () => {
    const { environment, client } = await begun()
    client.on('message', (message) => {
      if (message === 'three') client.close()
    })
    await respond(environment, { next: 8, list: ['two', 'three'] })
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', cursor: '5' })
  })
})
