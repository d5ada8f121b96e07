import { describe, expect, test } from 'vitest'
import { cacheControl, createEnvironment, mountFetch, respond } from '../../../test/fetch/harness.ts'

describe('[abort] a request that several observers share', () => {
  test('is aborted when the last observer that has not called abort() unmounts', async () => {
    const environment = createEnvironment()
    const one = mountFetch(environment)
    const two = mountFetch(environment)
    await environment.advance(0)
    one.observer.abort()
    two.leave()
    await environment.advance(0)
    expect(environment.request.aborted).toBe(true)
  })

  test('is aborted when only disabled observers remain', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { enabled: false })
    const two = mountFetch(environment)
    await environment.advance(0)
    two.leave()
    await environment.advance(0)
    expect(environment.request.aborted).toBe(true)
  })

  test('continues for the promise of a disabled observer', async () => {
    const environment = createEnvironment()
    const disabled = mountFetch(environment, '/user', { enabled: false })
    const promise = disabled.observer.execute()
    const other = mountFetch(environment)
    await environment.advance(0)
    other.observer.abort()
    expect(environment.request.aborted).toBe(false)
    await respond(environment, 'Ada')
    await expect(promise).resolves.toBe('Ada')
  })

  test('notifies the observer that has called abort() at once', async () => {
    const environment = createEnvironment()
    const one = mountFetch(environment, '/user', { notify: 'frame' })
    mountFetch(environment)
    await environment.advance(100)
    expect(one.shown.at(-1)).toMatchObject({ isFetching: true })
    one.observer.abort()
    expect(one.shown.at(-1)).toMatchObject({ isFetching: false })
  })

  test('shows the next request after an error to an observer that had called abort()', async () => {
    const environment = createEnvironment()
    const one = mountFetch(environment, '/user', { refetchInterval: 1000 })
    mountFetch(environment)
    await environment.advance(0)
    one.observer.abort()
    await respond(environment, undefined, { status: 404 })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    expect(one.observer.getSnapshot().isFetching).toBe(true)
  })
})

describe('the options of the observer that calls execute()', () => {
  /** Two observers of one response. The newer one, which does not retry, has called `execute`. */
  async function executing() {
    const environment = createEnvironment()
    mountFetch(environment)
    const two = mountFetch(environment, '/user', { retry: false })
    await environment.advance(0)
    await respond(environment, 'Ada')
    void two.observer.execute()
    await environment.advance(0)
    return { environment, two }
  }

  test('apply to this request, although an older observer shares the response', async () => {
    const { environment } = await executing()
    await respond(environment, undefined, { status: 503 })
    await environment.advance(29_000)
    expect(environment.requests).toHaveLength(2)
  })

  test('apply to the request that an optimistic update repeats', async () => {
    const { environment, two } = await executing()
    two.observer.mutate('Eve')
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false, true, false])
    await respond(environment, undefined, { status: 503 })
    await environment.advance(29_000)
    expect(environment.requests).toHaveLength(3)
  })
})

describe('a refetch after an error', () => {
  test('shows pending instead of the error if there are no data', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, undefined, { status: 404 })
    expect(observer.getSnapshot().status).toBe('error')
    void observer.refetch()
    expect(observer.getSnapshot()).toMatchObject({ status: 'pending', error: undefined })
  })

  test('shows the error beside the data until it has ended', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    observer.track('isFetching')
    await environment.advance(0)
    await respond(environment, 'Ada')
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, undefined, { status: 404 })
    void observer.refetch()
    await environment.advance(0)
    const error = { status: 404 }
    expect(observer.getSnapshot()).toMatchObject({ status: 'error', data: 'Ada', error, isFetching: true })
    await respond(environment, 'Eve')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Eve', error: undefined })
  })
})

test('an error notifies in the next frame', async () => {
  const environment = createEnvironment()
  const { shown } = mountFetch(environment, '/user', { notify: 'frame' })
  await environment.advance(100)
  await respond(environment, undefined, { status: 404 })
  expect(shown.at(-1)?.status).toBe('pending')
  await environment.advance(16)
  expect(shown.at(-1)?.status).toBe('error')
})

test('[progress] notifies in the next frame, once for all parts of the body', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment, '/user', { notify: 'frame' })
  observer.track('progress')
  await environment.advance(100)
  environment.request.respond({ headers: { 'content-type': 'text/plain', 'content-length': '9' } })
  await environment.advance(100)
  const count = shown.length
  for (const part of ['a', 'b', 'c']) {
    environment.request.write(part)
    await environment.advance(0)
  }
  expect(shown).toHaveLength(count)
  await environment.advance(16)
  expect(shown.slice(count).map(({ progress }) => progress.received)).toEqual([3])
})

test('[final-401] shown data stay if a headers function throws although no 401 has arrived', async () => {
  const environment = createEnvironment()
  let isBroken = false
  const headers = () => {
    if (isBroken) throw new Error('no token')
    return { authorization: 'ada' }
  }
  const { observer } = mountFetch(environment, '/me', { headers, retry: false })
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('max-age=60'))
  isBroken = true
  void observer.refetch()
  await environment.advance(0)
  expect(observer.getSnapshot()).toMatchObject({ status: 'error', data: 'Ada', error: { code: 'provider' } })
})

test('a 401 is retried once if a function returns the URL and the headers are values', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, () => '/me', { headers: { authorization: 'ada' } })
  await environment.advance(0)
  await respond(environment, undefined, { status: 401 })
  expect(environment.requests.map(({ headers }) => headers.get('authorization'))).toEqual(['ada', 'ada'])
  await respond(environment, 'Ada')
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
})

test('[final-401] shown data stay if the connection fails after the renewal of a token', async () => {
  const environment = createEnvironment()
  const headers = ({ previous }: { previous: Error | undefined }) => ({ authorization: previous ? '2' : '1' })
  const { observer } = mountFetch(environment, '/me', { headers, retry: false })
  await environment.advance(0)
  await respond(environment, 'Ada')
  void observer.refetch()
  await environment.advance(0)
  await respond(environment, undefined, { status: 401 })
  environment.request.fail()
  await environment.advance(0)
  expect(environment.requests).toHaveLength(3)
  const error = { code: 'connect-failed' }
  expect(observer.getSnapshot()).toMatchObject({ status: 'error', data: 'Ada', error })
})
