import { describe, expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { text } from '../shared/codec.ts'
import { observeFetch } from './index.ts'
import { collect } from '../shared/reducers.ts'

test('3: a URL that changes five times in a tick asks for the last one only', async () => {
  const environment = createEnvironment()
  const { setOptions } = mountFetch(environment, '/a')
  for (const url of ['/b', '/c', '/d', '/e']) setOptions(url)
  await environment.advance(0)
  expect(environment.requests.map(({ url }) => url)).toEqual(['https://test.example/e'])
})
test('3: a URL that changes and comes back in a tick asks nothing else', async () => {
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
test('6: unmount in the tick of the mount asks nothing', async () => {
  const environment = createEnvironment()
  mountFetch(environment).leave()
  await environment.advance(0)
  expect(environment.requests).toEqual([])
})

test('39: a signal that is aborted already asks nothing, and the promise rejects as aborted', async () => {
  const environment = createEnvironment()
  const user = client(environment)
  await expect(user.execute({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'aborted',
    detail: { by: 'user' },
  })
  await environment.advance(0)
  expect(environment.requests).toEqual([])
})

test('17: an empty text is a text', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/text', { codec: text() })
  await environment.advance(0)
  await respond(environment, '')
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: '' })
})

test('24: what is asked for while the network is gone waits for it', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, 1)
  environment.signal('offline')
  void observer.refetch()
  await environment.advance(60_000)
  expect(environment.requests).toHaveLength(1)
  observer.watch('waitingFor')
  expect(observer.getSnapshot()).toMatchObject({ isFetching: true, waitingFor: 'online' })
  environment.signal('online')
  await environment.advance(250)
  expect(environment.requests).toHaveLength(2)
})

test('44: a hook that went while the page was hidden, and comes when it is seen again, refreshes', async () => {
  const environment = createEnvironment()
  const before = mountFetch(environment, '/clock', { refreshInterval: 5000 })
  await environment.advance(0)
  await respond(environment, 1)
  environment.signal('hidden')
  before.leave()
  await environment.advance(0)
  environment.signal('visible')
  mountFetch(environment, '/clock', { refreshInterval: 5000 })
  await environment.advance(0)
  await respond(environment, 2)
  await environment.advance(5000)
  expect(environment.requests).toHaveLength(3)
})

test('a write that is sent again goes from error to pending', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment, '/users', {
    method: 'POST',
    enabled: false,
    retry: false,
  })
  void observer.execute({ json: 1 })
  await environment.advance(0)
  await respond(environment, {}, { status: 409 })
  void observer.execute({ json: 2 })
  await environment.advance(0)
  await respond(environment, {})
  const statuses = shown.map(({ status }) => status).filter((status, index, all) => status !== all[index - 1])
  expect(statuses).toEqual(['idle', 'pending', 'error', 'pending', 'success'])
})

test('40: what could not be read is asked for whole', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  environment.request.respond({
    status: 200,
    headers: { 'content-type': 'application/json', etag: '"1"', 'cache-control': 'max-age=600' },
  })
  environment.request.write('{"half":')
  environment.request.end()
  await environment.advance(0)
  expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'decode' } })
  // Somebody who comes now asks, although it would be fresh.
  mountFetch(environment)
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2)
  expect(environment.request.headers.get('if-none-match')).toBe(null)
  await respond(environment, { whole: true })
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { whole: true } })
})

test('40: an error whose body does not come is told by its status', async () => {
  const environment = createEnvironment()
  const { observer, emitted } = mountFetch(environment)
  await environment.advance(0)
  environment.request.respond({ status: 404, headers: { 'content-type': 'text/plain' } })
  environment.request.write('It is n')
  await environment.advance(10_000)
  expect(observer.getSnapshot()).toMatchObject({
    status: 'error',
    error: { code: 'http', detail: { status: 404 } },
  })
  expect(environment.requests).toHaveLength(1)
  expect(emitted).toEqual(['error http'])
})

test('43: mutate() gives back how to take the change back, also that of a function', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, { name: 'Ada' }, { headers: { 'cache-control': 'max-age=60' } })
  const undo = observer.mutate((user) => ({ ...(user as object), name: 'Eve' }))
  expect(observer.getSnapshot().data).toEqual({ name: 'Eve' })
  undo()
  expect(observer.getSnapshot().data).toEqual({ name: 'Ada' })
})

test('a handler that reads the state does not take what it sees for what is on the screen', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment)
  observer.on('message', () => void observer.getSnapshot())
  await environment.advance(0)
  await respond(environment, { name: 'Ada' })
  expect(shown.map(({ status }) => status)).toEqual(['pending', 'success'])
})

test('keepPreviousData keeps what a fold has made', async () => {
  const environment = createEnvironment()
  const options = { keepPreviousData: true, reduce: collect() as never }
  const { observer, setOptions } = mountFetch(environment, '/c', options)
  await environment.advance(0)
  await respond(environment, 'c')
  setOptions('/d', options)
  expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: ['c'] })
  await environment.advance(0)
  await respond(environment, 'd')
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: ['d'] })
})

test.each([{}, { 'cache-control': 'no-store' }, { 'cache-control': 'max-age=60' }])(
  '8: what was executed before it was owned is shown when it is, and not asked for again %j',
  async (headers) => {
    const environment = createEnvironment()
    const observer = observeFetch<unknown, unknown>('/user', { environment })
    const promise = observer.execute()
    await environment.advance(0)
    await respond(environment, { name: 'Ada' }, { headers })
    await promise
    await environment.advance(100)
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })
    observer.subscribe(() => {})
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(1)
  },
)
test('8: an error of what was executed before it was owned is shown when it is', async () => {
  const environment = createEnvironment()
  const observer = observeFetch<unknown, unknown>('/user', { environment, enabled: false })
  const promise = observer.execute()
  await environment.advance(0)
  await respond(environment, 'no', { status: 404 })
  await promise.catch(() => {})
  observer.subscribe(() => {})
  expect(observer.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'http' } })
})

test('42, 43: what was changed by hand is not confirmed by a 304', async () => {
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

test('43: a later codec reads what the server has said', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, { name: 'Ada' }, { headers: { 'cache-control': 'max-age=60' } })
  observer.mutate({ name: 'Eve' })
  const raw = mountFetch(environment, '/user', { codec: text() })
  expect(raw.observer.getSnapshot().data).toBe('{"name":"Ada"}')
})

test('39: abort() of an override leaves what the hook showed before it', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await respond(environment, 'own')
  void observer.execute({ url: '/other' })
  await environment.advance(0)
  observer.abort()
  await environment.advance(0)
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'own' })
})

test('initialData is of the hook’s own URL, and not of what execute() asks for beside it', async () => {
  const environment = createEnvironment()
  const one = mountFetch(environment, '/a', { initialData: 'of a', maxAge: 60_000 })
  void one.observer.execute({ url: '/b' })
  const other = mountFetch(environment, '/b')
  expect(other.observer.getSnapshot()).toMatchObject({ status: 'pending', data: undefined })
  await environment.advance(0)
  await respond(environment, 'b')
  expect(other.observer.getSnapshot().data).toBe('b')
})

test('a schema that is given as a codec is told by name', () => {
  const schema = { '~standard': {}, decode: () => 1 }
  expect(() => mountFetch(createEnvironment(), '/u', { codec: schema })).toThrow(/json\(/)
})

test('of what execute is given only overrides are taken', async () => {
  const environment = createEnvironment()
  const user = client(environment, '/user', { enabled: false })
  void user.execute({ key: 'Enter', enabled: 'x', retry: 5, isTrusted: true } as never)
  await environment.advance(0)
  await respond(environment, 'Ada', { headers: { 'cache-control': 'max-age=60' } })
  const { observer } = mountFetch(environment, '/user')
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
})

test('39: the signal of one execute() gives nothing up that another one of the same hook waits for', async () => {
  const environment = createEnvironment()
  const user = client(environment)
  const controller = new AbortController()
  const [mine, other] = [user.execute({ signal: controller.signal }), user.execute()]
  await environment.advance(0)
  controller.abort()
  await expect(mine).rejects.toMatchObject({ code: 'aborted' })
  await environment.advance(0)
  expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false])
  await respond(environment, 'Ada')
  await expect(other).resolves.toBe('Ada')
})

test('6: a client whose entry turns out to be another one leaves that too', async () => {
  const environment = createEnvironment()
  const headers = () => ({ authorization: 'a' })
  const known = mountFetch(environment, '/user', { headers })
  await environment.advance(0)
  await respond(environment, 'Ada')
  const user = client(environment, '/user', { headers })
  const again = user.execute()
  await environment.advance(0)
  await respond(environment, 'Ada')
  await expect(again).resolves.toBe('Ada')
  known.leave()
  await environment.advance(0)
  expect([environment.timers, environment.listeners]).toEqual([0, 0])
})

test('select: what was read meanwhile may be on the screen', async () => {
  const environment = createEnvironment()
  const knocks: unknown[] = []
  const { observer } = mountFetch(environment, '/user', {
    select: (data) => data,
    maxAge: 60_000,
    notify: 'frame',
  })
  observer.subscribe(() => knocks.push(observer.getSnapshot().data))
  await environment.advance(0)
  await respond(environment, 'a')
  await environment.advance(16)
  void observer.refetch()
  await environment.advance(0)
  environment.request.respond({ headers: { 'content-type': 'text/plain' } })
  environment.request.write('b')
  environment.request.end()
  await environment.advance(0)
  expect(observer.getSnapshot().data).toBe('b') // a render of the parent, before the frame
  observer.mutate('a')
  await environment.advance(16)
  expect(knocks).toEqual(['a', 'a'])
})

describe('when the listeners are told', () => {
  const changes = async (notify: 'frame' | 'microtask' | 'sync' | undefined) => {
    const environment = createEnvironment()
    const { observer, shown } = mountFetch(environment, '/user', { notify })
    await environment.advance(0)
    await respond(environment, 'Ada')
    const { data } = observer.getSnapshot()
    const before = shown.length
    await environment.advance(16)
    return { data, before, after: shown.length, environment, observer, shown }
  }

  test('of an answer once a frame; the state itself is current', async () => {
    expect(await changes(undefined)).toMatchObject({ data: 'Ada', before: 1, after: 2 })
    expect(await changes('frame')).toMatchObject({ data: 'Ada', before: 1, after: 2 })
    expect(await changes('microtask')).toMatchObject({ data: 'Ada', before: 2, after: 2 })
    expect(await changes('sync')).toMatchObject({ data: 'Ada', before: 2, after: 2 })
  })

  test('of what the page has done at once', async () => {
    const { observer, shown, environment } = await changes('frame')
    observer.mutate('Eve')
    expect(shown.at(-1)?.data).toBe('Eve')
    observer.watch('isFetching')
    void observer.refetch()
    expect(shown.at(-1)?.isFetching).toBe(true)
    await environment.advance(0)
    observer.abort()
    expect(shown.at(-1)?.isFetching).toBe(false)
  })
})
