import { expect, test, describe } from 'vitest'
import { client, respond, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { binary, json, text } from '../shared/codec.ts'
import { bearer } from './request/credentials.ts'

/** A promise and the functions that settle it. */
function later() {
  let resolve: (value: unknown) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

async function shownUser(environment: World, data: unknown = { name: 'Ada', tags: ['x'] }, options = {}) {
  const mounted = mountFetch(environment, '/user', options)
  await environment.advance(0)
  await respond(environment, data)
  return mounted
}

type World = ReturnType<typeof createEnvironment>

test('[mutate] an inline codec does not lose optimistic updates', async () => {
  const environment = createEnvironment()
  const codec = () => ({ decode: (raw: unknown) => JSON.parse(String(raw)) as number[] })
  const { observer, setOptions } = mountFetch(environment, '/list', { codec: codec() })
  await environment.advance(0)
  await respond(environment, [1])
  const add = (number: number) => (list: unknown) => [...(list as number[]), number]
  observer.mutate(add(2))
  setOptions('/list', { codec: codec() })
  observer.mutate(add(3))
  expect(observer.getSnapshot().data).toEqual([1, 2, 3])
  observer.mutate(add(4), { rollback: new Promise(() => {}) })
  setOptions('/list', { codec: codec() })
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, [9])
  expect(observer.getSnapshot().data).toEqual([1, 2, 3, 4])
})

test('[retry-after] [mutate] mutate() does not shorten a Retry-After', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  await environment.advance(0)
  await respond(environment, 1)
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, undefined, { status: 503, headers: { 'retry-after': '60' } })
  observer.mutate(2)
  await environment.advance(30_000)
  expect(environment.requests).toHaveLength(2)
})

test('[mutate] mutate() returns a rollback function, also for an updater', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, { name: 'Ada' }, { headers: { 'cache-control': 'max-age=60' } })
  const undo = observer.mutate((user) => ({ ...(user as object), name: 'Eve' }))
  expect(observer.getSnapshot().data).toEqual({ name: 'Eve' })
  undo()
  expect(observer.getSnapshot().data).toEqual({ name: 'Ada' })
})

test('[cache-validation] [mutate] a 304 does not confirm data changed by mutate()', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, { name: 'Ada' }, { headers: { etag: '"1"' } })
  observer.mutate({ name: 'Eve' })
  void observer.refetch()
  await environment.advance(0)
  const conditional = environment.request.headers.has('if-none-match')
  await respond(environment, conditional ? undefined : { name: 'Ada' }, { status: conditional ? 304 : 200 })
  expect(observer.getSnapshot().data).toEqual({ name: 'Ada' })
})

test('[mutate] a later codec decodes the server’s response, not the changed data', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, { name: 'Ada' }, { headers: { 'cache-control': 'max-age=60' } })
  observer.mutate({ name: 'Eve' })
  const raw = mountFetch(environment, '/user', { codec: text() })
  expect(raw.observer.getSnapshot().data).toBe('{"name":"Ada"}')
})

describe('[mutate] mutate', () => {
  test('changes the data at once for all observers', async () => {
    const environment = createEnvironment()
    const one = await shownUser(environment)
    const two = mountFetch(environment)
    one.observer.mutate((user) => ({ ...(user as object), name: 'Eve' }))
    for (const { observer } of [one, two])
      expect(observer.getSnapshot().data).toEqual({ name: 'Eve', tags: ['x'] })
  })

  test('returns a function that rolls the change back', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 'Ada')
    const undo = observer.mutate('Eve')
    undo()
    expect(observer.getSnapshot().data).toBe('Ada')
    const late = observer.mutate('Eve')
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, 'Zoe')
    late()
    expect(observer.getSnapshot().data).toBe('Zoe')
  })

  test('rolls back when its promise rejects, and stays when it resolves', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 'Ada')
    const [bad, good] = [later(), later()]
    observer.mutate('Eve', { rollback: bad.promise })
    expect(observer.getSnapshot().data).toBe('Eve')
    bad.reject(new Error('no'))
    await environment.advance(0)
    expect(observer.getSnapshot().data).toBe('Ada')
    observer.mutate('Zoe', { rollback: good.promise })
    good.resolve(undefined)
    await environment.advance(0)
    expect(observer.getSnapshot().data).toBe('Zoe')
  })

  test('of two changes the failed one is rolled back and the other stays, in either order', async () => {
    for (const order of [0, 1]) {
      const environment = createEnvironment()
      const { observer } = await shownUser(environment, { a: 0, b: 0 })
      const [one, two] = [later(), later()]
      observer.mutate((data) => ({ ...(data as object), a: 1 }), { rollback: one.promise })
      observer.mutate((data) => ({ ...(data as object), b: 1 }), { rollback: two.promise })
      expect(observer.getSnapshot().data).toEqual({ a: 1, b: 1 })
      const ends = [() => one.reject(new Error('no')), () => two.resolve(undefined)]
      if (order) ends.reverse()
      for (const end of ends) {
        end()
        await environment.advance(0)
      }
      expect(observer.getSnapshot().data).toEqual({ a: 0, b: 1 })
    }
  })

  test('a response that arrives meanwhile does not hide the change', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 1)
    const save = later()
    observer.mutate(2, { rollback: save.promise })
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, 1)
    expect(observer.getSnapshot().data).toBe(2)
    const before = environment.requests.length
    save.resolve(undefined)
    await environment.advance(0)
    // The response may or may not include the change.
    expect(environment.requests).toHaveLength(before + 1)
    await respond(environment, 2)
    expect(observer.getSnapshot().data).toBe(2)
  })

  test('repeats a request in flight, whose response may be older than the change', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 1)
    const refetched = observer.refetch()
    await environment.advance(0)
    observer.mutate(2)
    expect(environment.request.aborted).toBe(true)
    await environment.advance(0)
    await respond(environment, 3)
    await expect(refetched).resolves.toBe(3)
    expect(environment.requests).toHaveLength(3)
  })

  test('an update that throws changes nothing', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 1)
    const broken = () => {
      throw new Error('broken')
    }
    expect(() => observer.mutate(broken)).toThrow('broken')
    expect(observer.getSnapshot().data).toBe(1)
    observer.mutate((data) => Number(data) + 1)
    expect(observer.getSnapshot().data).toBe(2)
  })

  test('works before the first response', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    observer.mutate('early')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'early' })
    await environment.advance(0)
    await respond(environment, 'Ada')
    expect(observer.getSnapshot().data).toBe('Ada')
  })

  test('does nothing without a URL', () => {
    const { observer } = mountFetch(createEnvironment(), null)
    expect(observer.mutate('x')).not.toThrow()
    expect(observer.getSnapshot()).toMatchObject({ status: 'idle', data: undefined })
  })
})

test('[mutate] [initial-data] an update of a placeholder gets its data', async () => {
  const environment = createEnvironment()
  const { observer, setOptions } = mountFetch(environment, '/a', { initialData: [1] })
  setOptions('/b', { initialData: [1] })
  observer.mutate((list) => [...(list as number[]), 2])
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: [1, 2] })
})

test('[mutate] a list that is polled during an append shows the new item once', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment, '/list', { refetchInterval: 1000 })
  await environment.advance(0)
  await respond(environment, ['a'])
  const save = later()
  observer.mutate((list) => [...(list as string[]), 'b'], { rollback: save.promise })
  await environment.advance(1100)
  await respond(environment, ['a', 'b'])
  save.resolve(undefined)
  await environment.advance(0)
  await respond(environment, ['a', 'b'])
  expect(observer.getSnapshot().data).toEqual(['a', 'b'])
  expect(shown.map(({ data }) => data)).not.toContainEqual(['a', 'b', 'b'])
})

test('[mutate] two quick toggles: no old value flashes, and the last write refetches once', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment, '/todo')
  const write = mountFetch(environment, '/todo', { method: 'PUT', enabled: false }).observer
  await environment.advance(0)
  await respond(environment, { done: 0 })
  for (const done of [1, 2]) {
    observer.mutate({ done }, { rollback: write.execute({ json: { done } }) })
    await environment.advance(0)
  }
  const [, first, second] = environment.requests
  await respond(environment, { done: 1 }, {}, first)
  expect(environment.requests).toHaveLength(3)
  await respond(environment, { done: 2 }, {}, second)
  expect(environment.requests.slice(3).map(({ method }) => method)).toEqual(['GET'])
  await respond(environment, { done: 2 })
  const values = shown.flatMap(({ data }) => (data ? [(data as { done: number }).done] : []))
  expect(values.filter((value, index) => value !== values[index - 1])).toEqual([0, 1, 2])
})

test.for([
  { invalidates: [], refetches: 0 },
  { invalidates: ['/todos'], refetches: 1 },
])(
  'after a write to another URL that invalidates $invalidates, the data are requested $refetches times',
  async ({ invalidates, refetches }) => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/todos')
    await environment.advance(0)
    await respond(environment, ['open'])
    const write = client(environment, '/todos', { method: 'PATCH', enabled: false, invalidates })
    observer.mutate(['done'], { rollback: write.execute({ url: '/todos/1', json: 'done' }) })
    await environment.advance(0)
    await respond(environment, 'done')
    expect(environment.requests).toHaveLength(2 + refetches)
    expect(observer.getSnapshot().data).toEqual(['done'])
  },
)

test('[mutate] an update that returns nothing before there are data leaves the hook as it was', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment, '/user', { enabled: false })
  const before = observer.getSnapshot()
  observer.mutate((user) => user)()
  observer.mutate(undefined, { rollback: Promise.resolve() })
  await environment.advance(0)
  expect(observer.getSnapshot()).toBe(before)
  expect(shown).toHaveLength(1)
})

describe('[mutate] [mutate-reach] mutate reaches the hooks of the same request', () => {
  const headers = bearer(() => 'token')
  const maxAge = 60_000
  const upper = (data: unknown) => String(data).toUpperCase()

  test.for(['another component', 'createFetch'])('from %s with bearer() headers', async (from) => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 'Ada', { headers })
    const options = { headers, enabled: false }
    const other =
      from === 'createFetch'
        ? client(environment, '/user', options)
        : mountFetch(environment, '/user', options).observer
    const undo = other.mutate(upper)
    expect(observer.getSnapshot().data).toBe('ADA')
    expect(undo.reached).toBe(1)
    undo()
    expect(observer.getSnapshot().data).toBe('Ada')
    other.mutate('Eve', { rollback: Promise.reject(new Error('no')) })
    expect(observer.getSnapshot().data).toBe('Eve')
    await environment.advance(0)
    expect(observer.getSnapshot().data).toBe('Ada')
    expect(environment.requests).toHaveLength(1)
  })

  test('from createFetch, and carries how many it reached', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 'Ada')
    mountFetch(environment, '/user', { maxAge })
    const undo = client(environment).mutate(upper)
    expect(observer.getSnapshot().data).toBe('ADA')
    expect(undo.reached).toBe(2)
    expect(client(environment, null).mutate(1).reached).toBe(0)
  })

  test('hooks of another codec ask anew, once an entry', async () => {
    const environment = createEnvironment()
    const codec = json<string>()
    await shownUser(environment, '"Ada"', { codec })
    const others = [text(), text(), { ...text() }].map((one) =>
      mountFetch(environment, '/user', { codec: one, maxAge }),
    )
    expect(client(environment, '/user', { codec }).mutate(upper).reached).toBe(1)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, '"Eve"')
    expect(others.map(({ observer }) => observer.getSnapshot().data)).toEqual(['"Eve"', '"Eve"', '"Eve"'])
  })

  test.for([{}, { headers }])('a hook that reads bytes refetches: %o', async (options) => {
    const environment = createEnvironment()
    await shownUser(environment, 'Ada', { ...options, codec: binary() })
    await environment.advance(0)
    const { observer } = await shownUser(environment, 'Ada', options)
    client(environment, '/user', options).mutate(upper)
    await environment.advance(0)
    expect(observer.getSnapshot().data).toBe('ADA')
    expect(environment.requests).toHaveLength(3)
  })

  test('hooks of another codec ask anew after the write, once', async () => {
    const environment = createEnvironment()
    await shownUser(environment, 'Ada')
    mountFetch(environment, '/user', { codec: text(), maxAge })
    const save = later()
    client(environment).mutate(upper, { rollback: save.promise })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    save.resolve(undefined)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('never one of another user', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 'Ada', { headers })
    const others = [
      { headers: bearer(() => 'other') },
      { headers, key: '2' },
      { headers: { authorization: 'x' } },
      {},
    ]
    for (const options of others) client(environment, '/user', options).mutate('Eve')
    expect(observer.getSnapshot().data).toBe('Ada')
  })

  test('neither of two users whose requests have the same function', async () => {
    const environment = createEnvironment()
    let token = 'one'
    const own = () => ({ authorization: token })
    const first = await shownUser(environment, 'Ada', { headers: own })
    token = 'two'
    const second = await shownUser(environment, 'Eve', { headers: own })
    second.observer.mutate('Zoe')
    expect(first.observer.getSnapshot().data).toBe('Ada')
    expect(client(environment, '/user', { headers: own }).mutate('Max').reached).toBe(0)
    expect([first, second].map(({ observer }) => observer.getSnapshot().data)).toEqual(['Ada', 'Zoe'])
  })
})

test('[mutate] while the promise of rollback does not settle, responses stay hidden; rolling back shows them', async () => {
  const environment = createEnvironment()
  const { observer } = await shownUser(environment, 1)
  const undo = observer.mutate(2, { rollback: new Promise(() => {}) })
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, 3)
  await environment.advance(3_600_000)
  expect(observer.getSnapshot().data).toBe(2)
  undo()
  expect(observer.getSnapshot().data).toBe(3)
})
