import { expect, test, describe } from 'vitest'
import { respond, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'

test('reading the state in a handler does not count as rendering it', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment)
  observer.on('message', () => void observer.getSnapshot())
  await environment.advance(0)
  await respond(environment, { name: 'Ada' })
  expect(shown.map(({ status }) => status)).toEqual(['pending', 'success'])
})

test('select: data read meanwhile counts as rendered', async () => {
  const environment = createEnvironment()
  const notified: unknown[] = []
  const { observer } = mountFetch(environment, '/user', {
    select: (data) => data,
    maxAge: 60_000,
    notify: 'frame',
  })
  observer.subscribe(() => notified.push(observer.getSnapshot().data))
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
  expect(notified).toEqual(['a', 'a'])
})

describe('when listeners are notified', () => {
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

  test('once a frame for a response; the state itself is current', async () => {
    expect(await changes(undefined)).toMatchObject({ data: 'Ada', before: 1, after: 2 })
    expect(await changes('frame')).toMatchObject({ data: 'Ada', before: 1, after: 2 })
    expect(await changes('microtask')).toMatchObject({ data: 'Ada', before: 2, after: 2 })
    expect(await changes('sync')).toMatchObject({ data: 'Ada', before: 2, after: 2 })
  })

  test('at once for changes made by the page', async () => {
    const { observer, shown, environment } = await changes('frame')
    observer.mutate('Eve')
    expect(shown.at(-1)?.data).toBe('Eve')
    observer.track('isFetching')
    void observer.refetch()
    expect(shown.at(-1)?.isFetching).toBe(true)
    await environment.advance(0)
    observer.abort()
    expect(shown.at(-1)?.isFetching).toBe(false)
  })
})

describe('which changes notify', () => {
  test('a change outside the selection does not notify', async () => {
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

  test('a tracked field notifies only observers that read it', async () => {
    const environment = createEnvironment()
    const untracked = mountFetch(environment)
    const tracked = mountFetch(environment)
    tracked.observer.track('isFetching')
    await environment.advance(0)
    await respond(environment, 'Ada', { headers: { etag: '"1"' } })
    const renders = [untracked.shown.length, tracked.shown.length]
    void untracked.observer.refetch()
    await environment.advance(0)
    await respond(environment, undefined, { status: 304 })
    expect(untracked.shown).toHaveLength(renders[0] ?? 0)
    expect(tracked.shown.slice(renders[1]).map(({ isFetching }) => isFetching)).toEqual([true, false])
  })

  test('[handler-errors] an error thrown by a handler is reported and stops no other observer', async () => {
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

  test('[latest-handlers] calls the latest handler', async () => {
    const environment = createEnvironment()
    const calls: string[] = []
    const { setOptions } = mountFetch(environment, '/user', { onMessage: () => calls.push('old') })
    await environment.advance(0)
    setOptions('/user', { onMessage: () => calls.push('new') })
    await respond(environment, 'Ada')
    expect([calls, environment.requests.length]).toEqual([['new'], 1])
  })
})
