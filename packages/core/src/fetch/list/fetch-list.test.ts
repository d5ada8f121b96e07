import { describe, expect, test } from 'vitest'
import { createEnvironment } from '../../../test/fetch/harness.ts'
import { type Item, createPathServer, mountList } from '../../../test/fetch/list-harness.ts'
import { forgetUser } from '../../log-out/index.ts'
import { json } from '../../shared/codec.ts'
import { isTautlineError } from '../../shared/errors.ts'

const mount = (items: readonly Item[]) => {
  const environment = createEnvironment()
  return { environment, server: createPathServer(environment), list: mountList(environment, items) }
}

/** An inline function: another object in each render. */
const asHeaders = (user: string) => ({ headers: () => ({ authorization: user }) })

describe('[fetches] a list of requests', () => {
  test('sends each request and shows the response of each', async () => {
    const { server, list } = mount(['/a', '/b', null])
    expect(list.shown).toMatchObject([{ status: 'pending' }, { status: 'pending' }, { status: 'idle' }])
    expect(await server.settle()).toEqual(['/a', '/b'])
    expect(list.data).toEqual(['/a', '/b', undefined])
  })

  test('sends only what is new when requests are added, removed and reordered', async () => {
    const { server, list } = mount(['/a', '/b', '/c'])
    await server.settle()
    const [a, b, c] = list.observers
    expect(list.set(['/c', '/a', '/d', '/b'])).toEqual(['/c', '/a', undefined, '/b'])
    expect(list.observers.filter((_, index) => index !== 2)).toEqual([c, a, b])
    expect(await server.settle()).toEqual(['/d'])
    expect(list.set(['/d'])).toEqual(['/d'])
    expect(list.set([])).toEqual([])
    expect(await server.settle()).toEqual([])
  })

  test('aborts the request of an item that is removed, unless another item shares it', async () => {
    const { environment, list } = mount(['/a', '/b', '/b'])
    await environment.advance(0)
    list.set(['/b'])
    await environment.advance(0)
    expect(environment.requests.map(({ url, aborted }) => [url.slice(-2), aborted])).toEqual([
      ['/a', true],
      ['/b', false],
    ])
  })

  test('sends one request for items that are the same, and each has its own state', async () => {
    const { server, list } = mount(['/a', ['/a', { enabled: false }], '/a'])
    expect(new Set(list.observers).size).toBe(3)
    expect(await server.settle()).toEqual(['/a'])
    list.set(['/a', ['/a', { enabled: false }]])
    expect(list.data).toEqual(['/a', '/a'])
    expect(await server.settle()).toEqual([])
  })

  test('an item that gets a URL or another one shows nothing of the old one', async () => {
    const { server, list } = mount([null, '/a'])
    await server.settle()
    expect(list.set(['/b', '/c'])).toEqual([undefined, undefined])
    expect(await server.settle()).toEqual(['/b', '/c'])
    expect(list.set([null, '/c'])).toEqual([undefined, '/c'])
  })

  test('keepPreviousData keeps the data of the item at the same index', async () => {
    const options = { keepPreviousData: true }
    const { server, list } = mount([['/a?page=1', options], '/b'])
    await server.settle()
    expect(list.set([['/a?page=2', options], '/b'])).toEqual(['/a?page=1', '/b'])
    expect(list.data).toEqual(['/a?page=1', '/b'])
    expect(await server.settle()).toEqual(['/a?page=2'])
    expect(list.data).toEqual(['/a?page=2', '/b'])
  })

  test('a list of another length does not show the data of another item by keepPreviousData', async () => {
    const options = { keepPreviousData: true }
    const { server, list } = mount([['/a', options]])
    await server.settle()
    expect(
      list.set([
        ['/b', options],
        ['/c', options],
      ]),
    ).toEqual([undefined, undefined])
  })

  test('a moved write keeps its result', async () => {
    const write = { method: 'POST', enabled: false }
    const { server, list } = mount([['/a', write], '/b'])
    const saved = list.observers[0]?.execute({ json: 1 })
    await server.settle()
    expect(await saved).toBe('/a')
    list.set(['/b', ['/a', write]])
    expect(list.shown).toMatchObject([{ data: '/b' }, { status: 'success', data: '/a' }])
    list.observers[1]?.reset()
    expect(list.shown[1]).toMatchObject({ status: 'idle', data: undefined })
  })
})

describe('[fetches] functions', () => {
  test('inline functions send nothing again, also when the list changes its length', async () => {
    const item = (url: string) => [url, asHeaders('ada')] as const
    const { server, list } = mount([item('/a'), item('/b')])
    await server.settle()
    list.set([item('/a'), item('/b')])
    list.set([item('/b'), item('/a'), item('/c')])
    expect(list.data).toEqual(['/b', '/a', undefined])
    expect(await server.settle()).toEqual(['/c'])
  })

  test('the same function keeps the state of its item at another index', async () => {
    const [a, b] = [() => '/a', () => '/b']
    const { server, list } = mount([a, b])
    await server.settle()
    expect(list.set([b])).toEqual(['/b'])
    expect(await server.settle()).toEqual([])
  })

  test('inline URL functions of a shorter list show nothing of another one', async () => {
    const { server, list } = mount([() => '/a', () => '/b'])
    await server.settle()
    expect(list.set([() => '/b'])).toEqual([undefined])
    expect(list.data).toEqual([undefined])
    await server.settle()
    expect(list.data).toEqual(['/b'])
  })

  test('inline URL functions with keys keep their state', async () => {
    const { server, list } = mount([
      [() => '/a', { key: 'a' }],
      [() => '/b', { key: 'b' }],
    ])
    await server.settle()
    expect(list.set([[() => '/b', { key: 'b' }]])).toEqual(['/b'])
    expect(await server.settle()).toEqual([])
  })
})

describe('[fetches] users', () => {
  test.each([
    ['key', (user: string) => ({ key: user })],
    ['a header', (user: string) => ({ headers: { authorization: user } })],
  ])('another %s shows no data of the old one, even with keepPreviousData', async (_, optionsOf) => {
    const item = (user: string) => ['/me', { keepPreviousData: true, ...optionsOf(user) }] as const
    const { server, list } = mount([item('ada'), '/b'])
    await server.settle(' of ada')
    expect(list.set([item('bob'), '/b'])).toEqual([undefined, '/b of ada'])
    expect(list.data).toEqual([undefined, '/b of ada'])
    await server.settle(' of bob')
    expect(list.data[0]).toBe('/me of bob')
    expect(list.set([item('eve')])).toEqual([undefined])
  })

  test('a list that loses one of two header functions does not show the data of the other user', async () => {
    const { server, list } = mount([
      ['/me', asHeaders('ada')],
      ['/me', asHeaders('bob')],
    ])
    await server.settle()
    expect(list.set([['/me', asHeaders('bob')]])).toEqual([undefined])
  })

  test('a log-out removes the data of all items', async () => {
    const { environment, server, list } = mount(['/a', '/b'])
    await server.settle()
    await forgetUser(undefined, { environment })
    expect(list.data).toEqual([undefined, undefined])
    list.leave()
    await server.settle()
    list.comeBack()
    await server.settle()
    list.leave()
    await forgetUser(undefined, { environment })
    expect(list.data).toEqual([undefined, undefined])
  })
})

describe('[fetches] notifications', () => {
  test('a change of one item notifies, and keeps the snapshots of the others', async () => {
    const { environment, server, list } = mount(['/a', '/b'])
    await server.settle()
    const [, before] = list.shown
    const count = list.notifications
    void list.observers[0]?.mutate('changed')
    expect(list.data).toEqual(['changed', '/b'])
    expect(list.shown[1]).toBe(before)
    expect(list.notifications).toBe(count + 1)
    await environment.advance(0)
  })

  test('the snapshot stays the same object until something changes, also with inline options', async () => {
    const { server, list } = mount([['/a', { headers: { a: 'b' } }], '/b'])
    await server.settle()
    const before = list.observer.getSnapshot()
    const count = list.notifications
    list.set([['/a', { headers: { a: 'b' } }], '/b'])
    expect(list.observer.getSnapshot()).toBe(before)
    expect(list.notifications).toBe(count)
    expect(list.observer.getServerSnapshot()).toBe(list.observer.getServerSnapshot())
  })

  test('a tracked field notifies from when it is read', async () => {
    const { environment, server, list } = mount([['/a', { codec: json() }]])
    await server.settle()
    list.observers[0]?.track('isFetching')
    const count = list.notifications
    void list.observers[0]?.refetch()
    expect(list.notifications).toBe(count + 1)
    expect(list.shown[0]).toMatchObject({ isFetching: true })
    await environment.advance(0)
  })

  test('a list that is left aborts its requests, and sends them when it comes back', async () => {
    const { environment, server, list } = mount(['/a', '/b'])
    await environment.advance(0)
    list.leave()
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, true])
    list.comeBack()
    await server.settle()
    expect(list.data).toEqual(['/a', '/b'])
  })

  test('a list that is subscribed and left in one tick sends each request once', async () => {
    const { environment, server, list } = mount(['/a', '/b'])
    list.leave()
    list.comeBack()
    await server.settle()
    expect(environment.requests).toHaveLength(2)
    expect(list.data).toEqual(['/a', '/b'])
  })

  test('reports a change before it is subscribed', async () => {
    const { server, list } = mount([['/a', { enabled: false }]])
    list.leave()
    let changes = 0
    list.observer.onUnownedChange = () => changes++
    void list.observers[0]?.execute()
    await server.settle()
    expect(changes).toBeGreaterThan(0)
    expect(list.data).toEqual(['/a'])
  })

  test('a handler may change the list while it is being changed', async () => {
    const { server, list } = mount(['/a'])
    await server.settle()
    const stop = list.observer.subscribe(() => {
      stop()
      list.set(['/a', '/c'])
    })
    list.set(['/a', '/b'])
    void list.observers[0]?.mutate('changed')
    await server.settle()
    expect(list.data).toEqual(['changed', '/c'])
  })

  test('throws for an invalid option of a new item', () => {
    const { list } = mount(['/a'])
    const plan = () => list.set(['/a', ['/b', { maxAge: -1 }]])
    expect(plan).toThrow(expect.toSatisfy((error) => isTautlineError(error) && error.code === 'bad-option'))
    expect(list.observers).toHaveLength(1)
  })
})
