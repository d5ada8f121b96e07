import { expect, test, describe } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'

test('[no-url] the status goes from pending to success, with the response as data', async () => {
  const environment = createEnvironment()
  const { observer, shown, emitted, leave } = mountFetch(environment)
  expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined, isFetching: true })
  await environment.advance(0)
  expect(environment.request).toMatchObject({ url: 'https://test.example/user', method: 'GET' })
  await respond(environment, { name: 'Ada' })
  expect(observer.getSnapshot()).toMatchObject({
    status: 'success',
    data: { name: 'Ada' },
    isFetching: false,
  })
  expect(shown.map(({ status }) => status)).toEqual(['pending', 'success'])
  expect(emitted).toEqual(['message {"name":"Ada"}'])
  expect(environment.timers).toBe(0)
  leave()
  expect(environment.listeners).toBe(0)
})

test('execute() without a framework resolves with the response', async () => {
  const environment = createEnvironment()
  const user = client(environment)
  const promise = user.execute()
  await environment.advance(0)
  await respond(environment, { name: 'Ada' })
  await expect(promise).resolves.toEqual({ name: 'Ada' })
  expect(user.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })
})

test('[abort] a new URL aborts the old request and requests the new one', async () => {
  const environment = createEnvironment()
  const { observer, setOptions } = mountFetch(environment, '/one')
  await environment.advance(0)
  setOptions('/two')
  await environment.advance(0)
  expect(environment.requests.map(({ url, aborted }) => [url, aborted])).toEqual([
    ['https://test.example/one', true],
    ['https://test.example/two', false],
  ])
  await respond(environment, 2)
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 2, error: undefined })
})

test('[request-dedupe] two observers of one URL send one request', async () => {
  const environment = createEnvironment()
  const one = mountFetch(environment)
  const two = mountFetch(environment)
  await environment.advance(0)
  expect(environment.requests).toHaveLength(1)
  await respond(environment, { name: 'Ada' })
  expect(one.observer.getSnapshot().data).toEqual({ name: 'Ada' })
  expect(two.observer.getSnapshot().data).toBe(one.observer.getSnapshot().data)
})

test('[cache-validation] a 304 keeps the object and does not notify', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, { name: 'Ada' }, { headers: { etag: '"1"' } })
  const before = observer.getSnapshot().data
  const renders = shown.length
  const again = observer.refetch()
  await environment.advance(0)
  expect(environment.request.headers.get('if-none-match')).toBe('"1"')
  await respond(environment, undefined, { status: 304 })
  await expect(again).resolves.toBe(before)
  expect(observer.getSnapshot().data).toBe(before)
  expect(shown).toHaveLength(renders)
})

test('[mutate] a write with a rollback', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, { name: 'Ada' })
  const save = client(environment, '/user', { method: 'PUT', enabled: false, retry: false })
  observer.mutate({ name: 'Eve' }, { rollback: save.execute({ json: { name: 'Eve' } }) })
  expect(observer.getSnapshot().data).toEqual({ name: 'Eve' })
  await environment.advance(0)
  expect(environment.request).toMatchObject({ method: 'PUT', body: '{"name":"Eve"}' })
  await respond(
    environment,
    { title: 'No' },
    { status: 422, headers: { 'content-type': 'application/problem+json' } },
  )
  expect(observer.getSnapshot().data).toEqual({ name: 'Ada' })
  expect(save.getSnapshot()).toMatchObject({
    status: 'error',
    error: { code: 'http', status: 422, problem: { title: 'No' } },
  })
})

describe('[no-url] no request is sent', () => {
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

  test('disabling aborts the request and keeps the data', async () => {
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

  test('constructing an observer or a client sends no request', async () => {
    const environment = createEnvironment()
    client(environment)
    await environment.advance(60_000)
    expect(environment.requests).toEqual([])
  })
})
