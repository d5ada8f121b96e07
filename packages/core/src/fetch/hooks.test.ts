import { describe, expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'

describe('2: when nothing is asked', () => {
  test.for([
    ['no URL', null, {}],
    ['undefined', undefined, {}],
    ['an empty one', '', {}],
    ['enabled: false', '/user', { enabled: false }],
  ] as const)('%s', async ([, url, options]) => {
    const environment = createEnvironment()
    const { observer, setOptions } = mountFetch(environment, url, options)
    await environment.advance(60_000)
    expect(observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
    expect([environment.requests.length, environment.timers]).toEqual([0, 0])
    setOptions('/user')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    expect(observer.getSnapshot().status).toBe('pending')
  })

  test('enabled that is taken back gives the request up, and leaves the data', async () => {
    const environment = createEnvironment()
    const { observer, setOptions } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, 'Ada')
    void observer.refetch().catch(() => {})
    setOptions('/user', { enabled: false })
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
    setOptions('/user', {})
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
  })

  test('constructing asks nothing, nor does a client that nobody uses', async () => {
    const environment = createEnvironment()
    client(environment)
    await environment.advance(60_000)
    expect(environment.requests).toEqual([])
  })
})

describe('3: another destination', () => {
  test('five in a tick: the last alone is asked for', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/0')
    for (const url of ['/1', '/2', '/3', '/4']) setOptions(url)
    await environment.advance(0)
    expect(environment.requests.map(({ url }) => url)).toEqual(['https://test.example/4'])
  })

  test('there and back in a tick', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/a')
    setOptions('/b')
    setOptions('/a')
    await environment.advance(0)
    expect(environment.requests.map(({ url }) => url)).toEqual(['https://test.example/a'])
  })

  test('another spelling of the same is none', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/a')
    await environment.advance(0)
    setOptions('https://test.example/x/../a#top')
    setOptions(new URL('https://test.example/a'))
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })

  test.for<[string, object, object]>([
    ['the method', { method: 'GET' }, { method: 'HEAD' }],
    ['the query', { query: { a: 1 } }, { query: { a: 2 } }],
    ['a header', { headers: { a: '1' } }, { headers: { a: '2' } }],
    ['the body', { method: 'POST', body: 'a' }, { method: 'POST', body: 'b' }],
    ['the JSON', { method: 'POST', json: { a: 1 } }, { method: 'POST', json: { a: 2 } }],
    ['the key', { key: 'a' }, { key: 'b' }],
    ['the credentials', {}, { credentials: 'include' }],
    ['a key', {}, { key: 'a' }],
  ])('%s makes another one; written anew it is the same', async ([, one, other]) => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/a', one)
    await environment.advance(0)
    setOptions('/a', structuredClone(one))
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    setOptions('/a', other)
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  test('functions that are written anew in every render are the same', async () => {
    const environment = createEnvironment()
    const options = () => ({ headers: () => ({ a: '1' }), onMessage: () => {}, retry: { limit: 1 } })
    const { setOptions } = mountFetch(environment, '/a', options())
    await environment.advance(0)
    for (let render = 0; render < 3; render++) setOptions('/a', options())
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false])
  })

  test('nothing of the old one is shown, unless keepPreviousData', async () => {
    const environment = createEnvironment()
    for (const keepPreviousData of [false, true]) {
      const options = { keepPreviousData }
      const { observer, setOptions } = mountFetch(environment, `/a${keepPreviousData}`, options)
      await environment.advance(0)
      await respond(environment, 'a')
      setOptions('/b', options)
      expect(observer.getSnapshot()).toMatchObject({
        status: 'pending',
        data: keepPreviousData ? 'a' : undefined,
      })
      setOptions(null, options)
    }
  })

  test('what it comes to is kept already: shown at once', async () => {
    const environment = createEnvironment()
    const { observer, setOptions } = mountFetch(environment, '/a', { maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 'a')
    setOptions('/b', { maxAge: 60_000 })
    await environment.advance(0)
    await respond(environment, 'b')
    setOptions('/a', { maxAge: 60_000 })
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'a' })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('a late answer of the old one changes nothing', async () => {
    const environment = createEnvironment()
    const stubborn: ((response: Response) => void)[] = []
    const own = Object.defineProperties(
      {},
      {
        ...Object.getOwnPropertyDescriptors(environment),
        fetch: { value: () => new Promise<Response>((resolve) => stubborn.push(resolve)), enumerable: true },
      },
    ) as typeof environment
    const { observer, setOptions } = mountFetch(own, '/a')
    await own.advance(0)
    setOptions('/b')
    await own.advance(0)
    stubborn[1]?.(Response.json('b'))
    await own.advance(0)
    stubborn[0]?.(Response.json('a'))
    await own.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'b' })
  })
})

describe('6: leaving', () => {
  test('gives the request up, and leaves nothing behind', async () => {
    const environment = createEnvironment()
    const { leave, emitted } = mountFetch(environment)
    await environment.advance(0)
    leave()
    await environment.advance(0)
    expect(environment.request.aborted).toBe(true)
    expect([environment.timers, environment.listeners, emitted]).toEqual([0, 0, []])
  })

  test('mounting twice in a tick, as StrictMode does, is one request', async () => {
    const environment = createEnvironment()
    const { observer, leave } = mountFetch(environment)
    leave()
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false])
    await respond(environment, 'Ada')
    expect(observer.getSnapshot().data).toBe('Ada')
  })

  test('the same with functions, and with what nobody shares', async () => {
    for (const options of [{ headers: () => ({}) }, { share: false }]) {
      const environment = createEnvironment()
      const { observer, leave } = mountFetch(environment, '/user', options)
      leave()
      observer.subscribe(() => {})
      await environment.advance(0)
      expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false])
      await respond(environment, 'Ada')
      expect(observer.getSnapshot().data).toBe('Ada')
    }
  })

  test('one that goes where another comes, in the same commit, hands the request over', async () => {
    const environment = createEnvironment()
    const one = mountFetch(environment)
    await environment.advance(0)
    one.leave()
    const two = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, 'Ada')
    expect(environment.requests).toHaveLength(1)
    expect(two.observer.getSnapshot().data).toBe('Ada')
  })
})

describe('46: sharing', () => {
  test('each handler hears each answer once', async () => {
    const environment = createEnvironment()
    const all = [mountFetch(environment), mountFetch(environment), mountFetch(environment)]
    await environment.advance(0)
    await respond(environment, 'Ada')
    for (const { emitted } of all) expect(emitted).toEqual(['message "Ada"'])
  })

  test('share: false asks for itself', async () => {
    const environment = createEnvironment()
    mountFetch(environment)
    mountFetch(environment, '/user', { share: false })
    mountFetch(environment, '/user', { share: false })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(3)
  })

  test('forms cannot be compared, and are not shared', async () => {
    const environment = createEnvironment()
    for (let times = 0; times < 2; times++)
      mountFetch(environment, '/user', { method: 'POST', body: new FormData() })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('a key is added to what functions give, and does not replace it', async () => {
    const environment = createEnvironment()
    for (const key of ['ada', 'ada', 'bob'])
      for (const url of ['/user', '/friends']) mountFetch(environment, () => url, { key })
    await environment.advance(0)
    const asked = environment.requests.map(({ url }) => new URL(url).pathname)
    expect(asked).toEqual(['/user', '/friends', '/user', '/friends'])
  })

  test('what functions say the same of is shared, once they have said it', async () => {
    const environment = createEnvironment()
    const all = [0, 1, 2].map(() =>
      mountFetch(environment, async () => '/user', { headers: async () => ({ a: '1' }) }),
    )
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    await respond(environment, 'Ada')
    for (const { observer } of all)
      expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
  })

  test('48: who comes late has the data at once', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { maxAge: 1000 })
    await environment.advance(0)
    await respond(environment, 'Ada')
    const { shown } = mountFetch(environment, '/user', { maxAge: 1000 })
    expect(shown).toMatchObject([{ status: 'success', data: 'Ada' }])
  })
})

describe('what is rendered', () => {
  test('a change outside of what is selected renders nothing', async () => {
    const environment = createEnvironment()
    const { observer, shown } = mountFetch(environment, '/user', {
      select: (user) => (user as { name: string }).name,
    })
    await environment.advance(0)
    await respond(environment, { name: 'Ada', age: 1 })
    const renders = shown.length
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, { name: 'Ada', age: 2 })
    expect(shown).toHaveLength(renders)
    expect(observer.getSnapshot().data).toEqual({ name: 'Ada', age: 2 })
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, { name: 'Eve', age: 2 })
    expect(shown).toHaveLength(renders + 1)
  })

  test('a quiet field only where somebody looks at it', async () => {
    const environment = createEnvironment()
    const quiet = mountFetch(environment)
    const loud = mountFetch(environment)
    loud.observer.watch('isFetching')
    await environment.advance(0)
    await respond(environment, 'Ada', { headers: { etag: '"1"' } })
    const renders = [quiet.shown.length, loud.shown.length]
    void quiet.observer.refetch()
    await environment.advance(0)
    await respond(environment, undefined, { status: 304 })
    expect(quiet.shown).toHaveLength(renders[0] ?? 0)
    expect(loud.shown.slice(renders[1]).map(({ isFetching }) => isFetching)).toEqual([true, false])
  })

  test('12: a handler that throws is reported, and stops nobody', async () => {
    const environment = createEnvironment()
    const broken = mountFetch(environment, '/user', {
      onMessage: () => {
        throw new Error('broken')
      },
    })
    const fine = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, 'Ada')
    for (const { observer } of [broken, fine]) expect(observer.getSnapshot().data).toBe('Ada')
    expect(environment.errors).toMatchObject([{ message: 'broken' }])
  })

  test('11: handlers are always the latest', async () => {
    const environment = createEnvironment()
    const heard: string[] = []
    const { setOptions } = mountFetch(environment, '/user', { onMessage: () => heard.push('old') })
    await environment.advance(0)
    setOptions('/user', { onMessage: () => heard.push('new') })
    await respond(environment, 'Ada')
    expect([heard, environment.requests.length]).toEqual([['new'], 1])
  })

  test('44: progress, once a frame, where somebody looks at it', async () => {
    const environment = createEnvironment()
    const { observer, shown } = mountFetch(environment)
    observer.watch('progress')
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'text/plain', 'content-length': '6' } })
    for (const part of ['a', 'b', 'c']) {
      environment.request.write(part)
      await environment.advance(0)
    }
    await environment.advance(16)
    environment.request.write('def')
    environment.request.end()
    await environment.advance(16)
    const steps = shown.map(({ progress: { received, total } }) => [received, total])
    expect(steps).toContainEqual([3, 6])
    expect(steps.at(-1)).toEqual([6, 6])
    expect(observer.getSnapshot().data).toBe('abcdef')
  })

  test('of what is compressed on its way no total is claimed', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    observer.watch('progress')
    await environment.advance(0)
    environment.request.respond({
      headers: { 'content-length': '6', 'content-encoding': 'gzip', 'content-type': 'text/plain' },
    })
    environment.request.write('longer than six')
    await environment.advance(16)
    expect(observer.getSnapshot().progress).toEqual({ sent: 0, received: 15, total: undefined })
  })
})

describe('44: what asks by itself', () => {
  test('37: refreshInterval, from one answer to the next request, with jitter', async () => {
    const environment = createEnvironment()
    const { leave } = mountFetch(environment, '/user', { refreshInterval: 10_000 })
    await environment.advance(0)
    await environment.advance(5000)
    await respond(environment, 1)
    await environment.advance(9999)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(2)
    leave()
    await environment.advance(60_000)
    expect([environment.requests.length, environment.timers, environment.listeners]).toEqual([2, 0, 0])
  })

  test('of two intervals the shorter one; it goes with its hook', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refreshInterval: 10_000, maxAge: 1e9 })
    const short = mountFetch(environment, '/user', { refreshInterval: 1000, maxAge: 1e9 })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    short.leave()
    await respond(environment, 2)
    await environment.advance(9999)
    expect(environment.requests).toHaveLength(2)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(3)
  })

  test('a failure does not end it', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refreshInterval: 1000, retry: false })
    await environment.advance(0)
    await respond(environment, undefined, { status: 500 })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
  })

  test('24: a hidden page is spared, and caught up with', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refreshInterval: 1000 })
    await environment.advance(0)
    await respond(environment, 1)
    environment.signal('hidden')
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
    environment.signal('visible')
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('unless pause.hidden is false', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { refreshInterval: 1000, pause: { hidden: false } })
    await environment.advance(0)
    await respond(environment, 1)
    environment.signal('hidden')
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
  })

  test.for([
    ['refreshOnFocus', 'visible'],
    ['refreshOnReconnect', 'online'],
  ] as const)('%s: when it is stale, and not in swarms', async ([option, signal]) => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { [option]: true, maxAge: 5000 })
    await environment.advance(0)
    await respond(environment, 1)
    await environment.advance(4000)
    environment.signal(signal)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(2000)
    environment.signal(signal)
    environment.signal(signal)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, 2)
    await environment.advance(500)
    environment.signal(signal)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('none of them where none is wanted; the page is heard once for all, while there is anybody', async () => {
    const environment = createEnvironment()
    const all = [mountFetch(environment), mountFetch(environment), mountFetch(environment, '/other')]
    await environment.advance(0)
    for (const request of environment.requests) await respond(environment, 1, {}, request)
    expect([environment.timers, environment.listeners]).toEqual([0, 1])
    for (const { leave } of all) leave()
    await environment.advance(0)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('options that come later', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, 1)
    setOptions('/user', { refreshInterval: 1000 })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, 1)
    setOptions('/user', {})
    await environment.advance(60_000)
    expect([environment.requests.length, environment.timers]).toEqual([2, 0])
  })
})
