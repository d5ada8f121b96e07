import { describe, expect, test } from 'vitest'
import { createWebSocket } from '../web-socket/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import { type StreamOptions, respond, block, mountStream } from '../../test/event-source/harness.ts'

const token = (user: string) => () => ({ authorization: user })

/** Mounts observers that share one stream and this headers function. */
async function sharing(count: number, headers: () => object) {
  const environment = createTestEnvironment()
  const observers = Array.from({ length: count }, () =>
    mountStream(environment, { headers } as StreamOptions),
  )
  await environment.advance(0)
  await respond(environment)
  environment.request.write(block('for Ada'))
  await environment.advance(20)
  const give = (index: number, options: object) =>
    observers[index]?.observer.setOptions('/news', { environment, ...options })
  return { environment, observers, give }
}

const data = ({ observer }: ReturnType<typeof mountStream>) => observer.getSnapshot().data
const aborted = ({ requests }: TestEnvironment) => requests.map((request) => request.aborted)

describe('a new headers function', () => {
  test('of the only observer keeps its connection, and is called for the next attempt', async () => {
    const { environment, observers, give } = await sharing(1, token('ada'))
    give(0, { headers: token('ada again') })
    await environment.advance(0)
    expect([aborted(environment), observers.map(data)]).toEqual([[false], ['for Ada']])
    environment.request.end()
    await environment.advance(5000)
    expect(environment.request.headers.get('authorization')).toBe('ada again')
  })

  test('given to all observers in one tick keeps their connection', async () => {
    const { environment, observers, give } = await sharing(3, token('ada'))
    const renewed = token('renewed')
    for (const index of observers.keys()) give(index, { headers: renewed })
    await environment.advance(0)
    expect([aborted(environment), observers.map(data)]).toEqual([[false], Array(3).fill('for Ada')])
    environment.request.end()
    await environment.advance(5000)
    expect(environment.request.headers.get('authorization')).toBe('renewed')
  })

  test('of one observer moves it to its own connection, and is called for no other', async () => {
    const { environment, observers, give } = await sharing(2, token('ada'))
    // The oldest one is the primary: its options apply.
    give(0, { headers: token('bob') })
    await environment.advance(0)
    expect(aborted(environment)).toEqual([false, false])
    expect(observers.map(data)).toEqual([undefined, 'for Ada'])
    expect(environment.request.headers.get('authorization')).toBe('bob')
    environment.requests[0]?.end()
    await environment.advance(5000)
    expect(environment.request.headers.get('authorization')).toBe('ada')
  })

  test('an attempt in the same tick does not call the function of an observer that leaves', async () => {
    const { environment, observers, give } = await sharing(2, token('ada'))
    observers[1]?.observer.reconnect()
    give(0, { headers: token('bob') })
    await environment.advance(0)
    const users = environment.requests.map(({ headers }) => headers.get('authorization'))
    expect(users).toEqual(['ada', 'ada', 'bob'])
  })

  test('that another observer already has makes both share, without data of the old connection', async () => {
    const { environment, observers, give } = await sharing(1, token('ada'))
    const bobs = token('bob')
    const bob = mountStream(environment, { headers: bobs })
    await environment.advance(0)
    give(0, { headers: bobs })
    await environment.advance(0)
    expect(aborted(environment)).toEqual([true, false])
    expect([...observers, bob].map(data)).toEqual([undefined, undefined])
  })

  test('of each of two observers in one tick keeps the connection for the older one', async () => {
    const { environment, observers, give } = await sharing(2, token('ada'))
    give(0, { headers: token('inline') })
    give(1, { headers: token('inline') })
    await environment.advance(0)
    expect([aborted(environment), observers.map(data)]).toEqual([
      [false, false],
      ['for Ada', undefined],
    ])
  })

  test('set while the observer is unsubscribed keeps its connection, within closeDelay', async () => {
    const { environment, observers, give } = await sharing(1, token('ada'))
    observers[0]?.leave()
    give(0, { headers: token('inline') })
    observers[0]?.observer.subscribe(() => {})
    await environment.advance(0)
    expect(aborted(environment)).toEqual([false])
  })
})

test('new headers set while the observer is unsubscribed open another connection', async () => {
  const environment = createTestEnvironment()
  const { observer, leave } = mountStream(environment, { headers: { authorization: 'ada' } })
  await environment.advance(0)
  await respond(environment)
  leave()
  observer.setOptions('/news', { environment, headers: { authorization: 'bob' } })
  observer.subscribe(() => {})
  await environment.advance(0)
  expect(environment.request.headers.get('authorization')).toBe('bob')
})

test('mutated headers belong to another user: observers with the old headers get their own next attempt', async () => {
  const environment = createTestEnvironment()
  const shared = new Headers({ authorization: 'ada' })
  const moved = mountStream(environment, { headers: shared })
  const stays = mountStream(environment, { headers: { authorization: 'ada' } })
  await environment.advance(0)
  await respond(environment)
  environment.request.write(block('for Ada'))
  await environment.advance(20)
  shared.set('authorization', 'bob')
  environment.request.end()
  await environment.advance(5000)
  const usersOf = (name: string) =>
    environment.requests.filter(({ headers }) => headers.get('authorization') === name)
  expect([usersOf('ada').length, usersOf('bob').length]).toEqual([2, 1])
  expect([data(moved), data(stays)]).toEqual([undefined, 'for Ada'])
})

describe('a non-idempotent request', () => {
  const prompt = { method: 'POST', body: 'a prompt' }
  const asAda = { ...prompt, headers: { authorization: 'ada' } }
  const asBob = { ...prompt, headers: { authorization: 'bob' } }

  test('continues when the headers change; the new headers apply to the next request', async () => {
    const environment = createTestEnvironment()
    const { observer } = mountStream(environment, asAda)
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('half'))
    await environment.advance(20)
    observer.setOptions('/news', { environment, ...asBob })
    await environment.advance(0)
    expect([aborted(environment), observer.getSnapshot().data]).toEqual([[false], 'half'])
    observer.reconnect()
    await environment.advance(0)
    expect(environment.request.headers.get('authorization')).toBe('bob')
  })

  test('that has completed is sent again for a new body, but not for new headers', async () => {
    const environment = createTestEnvironment()
    const { observer } = mountStream(environment, asAda)
    await environment.advance(0)
    await respond(environment)
    environment.request.end()
    await environment.advance(0)
    observer.setOptions('/news', { environment, ...asBob })
    await environment.advance(60_000)
    expect([environment.requests.length, observer.getSnapshot().closed?.by]).toEqual([1, 'complete'])
    observer.setOptions('/news', { environment, ...asBob, body: 'another' })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('is sent once for each of two users', async () => {
    const environment = createTestEnvironment()
    for (const options of [asAda, asBob]) mountStream(environment, options)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })
})

describe('on a server', () => {
  test('connections are shared only with a key', async () => {
    const environment = createTestEnvironment({ isServer: true })
    const open = (options: object) => createWebSocket('/chat', { environment, ...options }).open()
    for (const options of [{}, {}, { key: 'ada' }, { key: 'ada' }, { key: 'bob' }]) open(options)
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(4)
  })
})
