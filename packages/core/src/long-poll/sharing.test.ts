import { describe, expect, test } from 'vitest'
import { type PollOptions, respond, messagesIn, mountPoll, searches } from '../../test/long-poll/harness.ts'
import { text } from '../shared/codec.ts'
import { count, query } from './index.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'

const cursor = query('since', (body) => body.next)
const messages = (body: { readonly list: readonly unknown[] }) => body.list
const unpacked: PollOptions = { cursor, messages }

type ObserverOptions = PollOptions & { readonly url?: string }

async function mountAll(...all: ObserverOptions[]) {
  const environment = createTestEnvironment()
  const observers = all.map(({ url = '/news', ...options }) => mountPoll(environment, options, url))
  await environment.advance(0)
  return { environment, observers }
}

const dataOf = (observers: readonly ReturnType<typeof mountPoll>[]) =>
  observers.map(({ observer }) => observer.getSnapshot().data)

describe('[sharing] observers with one destination', () => {
  test('make one request, and each receives each message once', async () => {
    const { environment, observers } = await mountAll(unpacked, unpacked, unpacked)
    await respond(environment, { next: 1, list: ['a', 'b'] })
    expect(observers.map(({ emitted }) => messagesIn(emitted))).toEqual(
      Array.from({ length: 3 }, () => ['a', 'b']),
    )
    expect(environment.requests).toHaveLength(2)
    expect(new Set(observers.map(({ observer }) => observer.getSnapshot().cursor))).toEqual(new Set(['1']))
  })

  test('decode once for each codec', async () => {
    const decoded: string[] = []
    const codec = (name: string) => ({
      decode(raw: unknown) {
        decoded.push(name)
        return JSON.parse(String(raw)) as unknown
      },
    })
    const [a, b] = [codec('a'), codec('b')]
    const { environment } = await mountAll(...[a, b, a, b].map((codec) => ({ ...unpacked, codec })))
    await respond(environment, { next: 1, list: ['x', 'y'] })
    expect(decoded.toSorted()).toEqual(['a', 'b'])
  })

  test('each reads the response by its own codec, messages and dedupe', async () => {
    const { environment, observers } = await mountAll(
      unpacked,
      { ...unpacked, codec: text(), messages: undefined },
      { ...unpacked, dedupeBy: (message) => message },
      { ...unpacked, messages: (body) => [body.list.length] },
      { ...unpacked, messages: () => [] },
    )
    await respond(environment, { next: 1, list: ['a', 'a'] })
    const own = [['a', 'a'], ['{"next":1,"list":["a","a"]}'], ['a'], ['2'], []]
    expect(observers.map(({ emitted }) => messagesIn(emitted))).toEqual(own)
    expect(dataOf(observers)).toEqual(['a', '{"next":1,"list":["a","a"]}', 'a', 2, undefined])
  })

  test('an observer that cannot decode the response does not affect the others', async () => {
    const codec = {
      decode() {
        throw new Error('oh')
      },
    }
    const { environment, observers } = await mountAll(unpacked, { ...unpacked, codec }, unpacked)
    await respond(environment, { next: 1, list: ['a'] })
    expect(observers.map(({ emitted }) => emitted.slice(1))).toEqual([
      ['message a'],
      ['error decode'],
      ['message a'],
    ])
    expect(searches(environment)).toEqual(['', '?since=1'])
  })

  test('the oldest observer determines the cursor, then the next one', async () => {
    const { environment, observers } = await mountAll(unpacked, {
      cursor: query('offset', count()),
      messages,
      interval: 5000,
    })
    await respond(environment, { next: 7, list: ['a'] })
    expect(searches(environment)).toEqual(['', '?since=7'])
    observers[0]?.leave()
    await respond(environment, { next: 9, list: ['b'] })
    await environment.advance(5000)
    expect(searches(environment)).toEqual(['', '?since=7', '?offset=8'])
  })

  test('close() in a handler: the rest is delivered to no one, and the whole response is requested again', async () => {
    const { environment, observers } = await mountAll(unpacked, unpacked)
    const [first, second] = observers
    const stop = first?.observer.on('message', () => first.observer.close())
    await respond(environment, { next: 1, list: ['a', 'b'] })
    stop?.()
    expect([first, second].map((harness) => messagesIn(harness?.emitted ?? []))).toEqual([['a'], []])
    expect(second?.observer.getSnapshot()).toMatchObject({ status: 'closed', cursor: undefined })
    second?.observer.open()
    await environment.advance(0)
    await respond(environment, { next: 1, list: ['a', 'b'] })
    expect(messagesIn(second?.emitted ?? [])).toEqual(['a', 'b'])
  })

  test('an observer that leaves in a handler does not affect the others', async () => {
    const { environment, observers } = await mountAll(unpacked, unpacked)
    const [first, second] = observers
    first?.observer.on('message', () => first.leave())
    await respond(environment, { next: 1, list: ['a', 'b'] })
    expect([first, second].map((harness) => messagesIn(harness?.emitted ?? []))).toEqual([['a'], ['a', 'b']])
    expect(searches(environment)).toEqual(['', '?since=1'])
  })
})

describe('[sharing] what is one destination', () => {
  test.each<[name: string, one: ObserverOptions, other: ObserverOptions, requests: number]>([
    ['spellings of one URL', { url: '/news' }, { url: 'https://test.example/a/../news#part' }, 1],
    ['two queries', { url: '/news?a=1' }, { url: '/news?a=2' }, 2],
    ['spellings of a method', { method: 'post' }, { method: 'POST' }, 1],
    ['two methods', { method: 'POST' }, { method: 'GET' }, 2],
    ['equal bodies', { method: 'POST', body: { a: 1 } }, { method: 'POST', body: { a: 1 } }, 1],
    ['two bodies', { method: 'POST', body: { a: 1 } }, { method: 'POST', body: { a: 2 } }, 2],
    ['the default credentials, said and unsaid', { credentials: 'same-origin' }, {}, 1],
    ['credentials for every origin or the own', { credentials: 'include' }, {}, 2],
    ['credentials or none', {}, { credentials: 'omit' }, 2],
    ['two keys', { key: 'a' }, { key: 'b' }, 2],
    ['one of its own', { share: false }, {}, 2],
    ['two of their own', { share: false }, { share: false }, 2],
    ['two codecs', { codec: text() }, {}, 1],
    ['two cursors', { cursor }, { cursor: query('offset', count()) }, 1],
  ])('%s', async (_, one, other, requests) => {
    const { environment } = await mountAll(one, other)
    expect(environment.requests).toHaveLength(requests)
  })

  test('a function is one with the same function, or with a key', async () => {
    const environment = createTestEnvironment()
    const url = () => '/news'
    for (const options of [{}, {}, { key: 'a' }]) mountPoll(environment, options, url)
    mountPoll(environment, { key: 'a' }, () => '/news')
    mountPoll(environment, {}, () => '/news')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(3)
  })
})

describe('[late-subscribers] a late subscriber', () => {
  /** One observer that has had these responses. */
  async function begun(...bodies: unknown[]) {
    const { environment, observers } = await mountAll(unpacked)
    for (const body of bodies) {
      await respond(environment, body)
      await environment.advance(1000)
    }
    return { environment, first: observers[0] }
  }
  const late = (environment: TestEnvironment, options: PollOptions = unpacked) =>
    mountPoll(environment, options)

  test('has the status, the cursor and the last message at once, and its handlers are not called for it', async () => {
    const { environment } = await begun({ next: 1, list: ['a', 'b'] })
    const { observer, emitted } = late(environment)
    expect(observer.getSnapshot()).toMatchObject({ status: 'open', data: 'b', cursor: '1' })
    expect(emitted).toEqual([])
    await respond(environment, { next: 2, list: ['c'] })
    // Only its own opening, a microtask later.
    expect(emitted).toEqual(['open', 'message c'])
    expect(environment.requests).toHaveLength(3)
  })

  test('also after an empty response', async () => {
    const { environment } = await begun({ next: 1, list: ['a', 'b'] }, { next: 2, list: [] }, undefined)
    expect(late(environment).observer.getSnapshot()).toMatchObject({ data: 'b', cursor: '2' })
  })

  test('reads it by its own codec', async () => {
    const { environment } = await begun({ next: 1, list: ['a'] })
    const { observer } = late(environment, { ...unpacked, codec: text(), messages: undefined })
    expect(observer.getSnapshot().data).toBe('{"next":1,"list":["a"]}')
  })

  test('a reducer begins with what is still to come', async () => {
    const { environment } = await begun({ next: 1, list: ['a', 'b'] })
    const reduce = (all: unknown, message: unknown) => `${String(all)}${String(message)}`
    const { observer } = late(environment, { ...unpacked, reduce, initialData: '' })
    expect(observer.getSnapshot().data).toBe('')
    await respond(environment, { next: 2, list: ['c', 'd'] })
    expect(observer.getSnapshot().data).toBe('cd')
  })

  test('mounted in a handler: receives the next messages', async () => {
    const { environment, first } = await begun()
    const added: ReturnType<typeof late>[] = []
    const stop = first?.observer.on('message', () => {
      stop?.()
      added.push(late(environment))
    })
    await respond(environment, { next: 1, list: ['a', 'b'] })
    await respond(environment, { next: 2, list: ['c'] })
    expect(messagesIn(first?.emitted ?? [])).toEqual(['a', 'b', 'c'])
    expect(messagesIn(added[0]?.emitted ?? []).at(-1)).toBe('c')
    expect(dataOf(added)).toEqual(['c'])
  })

  test('on a connection without subscribers: a response that no one received is requested again', async () => {
    const { environment, first } = await begun({ next: 1, list: ['a'] })
    first?.leave()
    await respond(environment, { next: 2, list: ['b'] })
    const { observer } = late(environment)
    expect(observer.getSnapshot()).toMatchObject({ status: 'open', data: 'a' })
  })
})

describe('[sharing] after the last one has unsubscribed', () => {
  test('the connection stays open for closeDelay, then aborts the held request', async () => {
    const { environment, observers } = await mountAll({ closeDelay: 3000 }, { closeDelay: 3000 })
    for (const { leave } of observers) leave()
    await environment.advance(2999)
    expect(environment.request.aborted).toBe(false)
    await environment.advance(1)
    expect(environment.request.aborted).toBe(true)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('[unmount] unmount and mount in one tick is one request', async () => {
    const environment = createTestEnvironment()
    const { observer, leave } = mountPoll(environment, { closeDelay: 0 })
    leave()
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })

  test('[unmount] no handler is called after it', async () => {
    const { environment, observers } = await mountAll(unpacked)
    observers[0]?.leave()
    await respond(environment, { next: 1, list: ['a'] })
    await environment.advance(5000)
    expect(observers[0]?.emitted).toEqual([])
  })
})
