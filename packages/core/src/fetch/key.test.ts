import { expect, test, describe } from 'vitest'
import { mountFetch, createEnvironment, respond } from '../../test/fetch/harness.ts'

test('[url-change] requests only the last URL of five in a tick', async () => {
  const environment = createEnvironment()
  const { setOptions } = mountFetch(environment, '/a')
  for (const url of ['/b', '/c', '/d', '/e']) setOptions(url)
  await environment.advance(0)
  expect(environment.requests.map(({ url }) => url)).toEqual(['https://test.example/e'])
})

test('[url-change] sends no other request if the URL changes and returns in a tick', async () => {
  const environment = createEnvironment()
  const { setOptions } = mountFetch(environment, '/stays')
  await environment.advance(0)
  setOptions('/elsewhere')
  setOptions('/stays')
  await environment.advance(0)
  expect(environment.requests.map(({ url, aborted }) => [url, aborted])).toEqual([
    ['https://test.example/stays', false],
  ])
})

describe('[url-change] another cache key', () => {
  test('five in a tick: only the last is requested', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/0')
    for (const url of ['/1', '/2', '/3', '/4']) setOptions(url)
    await environment.advance(0)
    expect(environment.requests.map(({ url }) => url)).toEqual(['https://test.example/4'])
  })

  test('a change that is reverted in a tick', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/a')
    setOptions('/b')
    setOptions('/a')
    await environment.advance(0)
    expect(environment.requests.map(({ url }) => url)).toEqual(['https://test.example/a'])
  })

  test('another spelling of the same URL is the same key', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/a')
    await environment.advance(0)
    setOptions('https://test.example/x/../a#top')
    setOptions(new URL('https://test.example/a'))
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })

  test('the default credentials keep the key', async () => {
    const environment = createEnvironment()
    const { setOptions } = mountFetch(environment, '/a')
    await environment.advance(0)
    setOptions('/a', { credentials: 'same-origin' })
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
  ])('%s makes another one; written again it is the same', async ([, one, other]) => {
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

  test('functions created again in every render keep the key', async () => {
    const environment = createEnvironment()
    const options = () => ({ headers: () => ({ a: '1' }), onMessage: () => {}, retry: { limit: 1 } })
    const { setOptions } = mountFetch(environment, '/a', options())
    await environment.advance(0)
    for (let render = 0; render < 3; render++) setOptions('/a', options())
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false])
  })

  test('shows no data of the old key, except with keepPreviousData', async () => {
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

  test('shows the cached data of the new key at once', async () => {
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

  test('a late response for the old key changes nothing', async () => {
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
