import { describe, expect, test } from 'vitest'
import { createWebSocket } from '../web-socket/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import { type StreamOptions, respond, block, mountStream } from '../../test/event-source/harness.ts'

const token = (user: string) => () => ({ authorization: user })

/** Observers on one stream, that share this function. */
async function sharing(count: number, headers: () => object) {
  const environment = createTestEnvironment()
  const hooks = Array.from({ length: count }, () => mountStream(environment, { headers } as StreamOptions))
  await environment.advance(0)
  await respond(environment)
  environment.request.write(block('for Ada'))
  await environment.advance(20)
  const give = (index: number, options: object) =>
    hooks[index]?.observer.setOptions('/news', { environment, ...options })
  return { environment, hooks, give }
}

const data = ({ observer }: ReturnType<typeof mountStream>) => observer.getSnapshot().data
const aborted = ({ requests }: TestEnvironment) => requests.map((request) => request.aborted)

describe('another headers function', () => {
  test('of a single observer keeps its connection, and is called for the next attempt', async () => {
    const { environment, hooks, give } = await sharing(1, token('ada'))
    give(0, { headers: token('ada again') })
    await environment.advance(0)
    expect([aborted(environment), hooks.map(data)]).toEqual([[false], ['for Ada']])
    environment.request.end()
    await environment.advance(5000)
    expect(environment.request.headers.get('authorization')).toBe('ada again')
  })

  test('given to all observers in one tick keeps their connection', async () => {
    const { environment, hooks, give } = await sharing(3, token('ada'))
    const renewed = token('renewed')
    for (const index of hooks.keys()) give(index, { headers: renewed })
    await environment.advance(0)
    expect([aborted(environment), hooks.map(data)]).toEqual([[false], Array(3).fill('for Ada')])
    environment.request.end()
    await environment.advance(5000)
    expect(environment.request.headers.get('authorization')).toBe('renewed')
  })

  test('of one observer moves it to its own connection, and is called for no other', async () => {
    const { environment, hooks, give } = await sharing(2, token('ada'))
    // The oldest one, whose options decide.
    give(0, { headers: token('bob') })
    await environment.advance(0)
    expect(aborted(environment)).toEqual([false, false])
    expect(hooks.map(data)).toEqual([undefined, 'for Ada'])
    expect(environment.request.headers.get('authorization')).toBe('bob')
    environment.requests[0]?.end()
    await environment.advance(5000)
    expect(environment.request.headers.get('authorization')).toBe('ada')
  })

  test('an attempt in the same tick does not call the function of an observer that leaves', async () => {
    const { environment, hooks, give } = await sharing(2, token('ada'))
    hooks[1]?.observer.reconnect()
    give(0, { headers: token('bob') })
    await environment.advance(0)
    const users = environment.requests.map(({ headers }) => headers.get('authorization'))
    expect(users).toEqual(['ada', 'ada', 'bob'])
  })

  test('that another observer has makes them share, with no data of the old connection', async () => {
    const { environment, hooks, give } = await sharing(1, token('ada'))
    const bobs = token('bob')
    const bob = mountStream(environment, { headers: bobs })
    await environment.advance(0)
    give(0, { headers: bobs })
    await environment.advance(0)
    expect(aborted(environment)).toEqual([true, false])
    expect([...hooks, bob].map(data)).toEqual([undefined, undefined])
  })

  test('of two observers at once keeps the connection for the older one', async () => {
    const { environment, hooks, give } = await sharing(2, token('ada'))
    give(0, { headers: token('inline') })
    give(1, { headers: token('inline') })
    await environment.advance(0)
    expect([aborted(environment), hooks.map(data)]).toEqual([
      [false, false],
      ['for Ada', undefined],
    ])
  })

  test('while a connection lingers keeps it for its returning observer', async () => {
    const { environment, hooks, give } = await sharing(1, token('ada'))
    hooks[0]?.leave()
    give(0, { headers: token('inline') })
    hooks[0]?.observer.subscribe(() => {})
    await environment.advance(0)
    expect(aborted(environment)).toEqual([false])
  })
})

test('other headers during the linger get a connection of their own', async () => {
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

test('headers that are changed in place are those of another user: the next attempt is made without the others', async () => {
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

describe('a request that is not repeated', () => {
  const prompt = { method: 'POST', body: 'a prompt' }
  const asAda = { ...prompt, headers: { authorization: 'ada' } }
  const asBob = { ...prompt, headers: { authorization: 'bob' } }

  test('is left alone by other headers, which count from the next one', async () => {
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

  test('that has completed is not sent again for other headers, and is for another body', async () => {
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

  test('of two accounts side by side is sent for each', async () => {
    const environment = createTestEnvironment()
    for (const options of [asAda, asBob]) mountStream(environment, options)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })
})

describe('on a server', () => {
  test('nothing is shared but by a key', async () => {
    const environment = createTestEnvironment({ isServer: true })
    const open = (options: object) => createWebSocket('/chat', { environment, ...options }).open()
    for (const options of [{}, {}, { key: 'ada' }, { key: 'ada' }, { key: 'bob' }]) open(options)
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(4)
  })
})
