import { describe, expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { collect } from '../shared/reducers.ts'

type World = ReturnType<typeof createEnvironment>

async function shownUser(environment: World, data: unknown = { name: 'Ada', tags: ['x'] }, options = {}) {
  const mounted = mountFetch(environment, '/user', options)
  await environment.advance(0)
  await respond(environment, data)
  return mounted
}

/** A promise, and how it ends. */
function later() {
  let resolve: (value: unknown) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

describe('43: mutate', () => {
  test('changes the data at once, for all who show it', async () => {
    const environment = createEnvironment()
    const one = await shownUser(environment)
    const two = mountFetch(environment)
    one.observer.mutate((user) => ({ ...(user as object), name: 'Eve' }))
    for (const { observer } of [one, two])
      expect(observer.getSnapshot().data).toEqual({ name: 'Eve', tags: ['x'] })
  })

  test('returns how to take it back', async () => {
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

  test('is taken back when its promise rejects, and stays when it resolves', async () => {
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

  test('two at once: the one that fails is taken back, the other stays, in whatever order they end', async () => {
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

  test('an answer that comes meanwhile does not hide it', async () => {
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
    // The answer may have known of it, or not.
    expect(environment.requests).toHaveLength(before + 1)
    await respond(environment, 2)
    expect(observer.getSnapshot().data).toBe(2)
  })

  test('a request that was under way is asked anew: its answer may be older', async () => {
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

  test('before there is an answer', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    observer.mutate('early')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'early' })
    await environment.advance(0)
    await respond(environment, 'Ada')
    expect(observer.getSnapshot().data).toBe('Ada')
  })

  test('without a URL it is nothing', () => {
    const { observer } = mountFetch(createEnvironment(), null)
    expect(observer.mutate('x')).not.toThrow()
    expect(observer.getSnapshot()).toMatchObject({ status: 'idle', data: undefined })
  })
})

describe('execute', () => {
  test('a write is a request of its own each time, and the newest is shown', async () => {
    const environment = createEnvironment()
    const save = mountFetch(environment, '/user', { method: 'PUT', enabled: false })
    expect(save.observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
    const one = save.observer.execute({ json: 1 })
    const two = save.observer.execute({ json: 2 })
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false, false])
    await respond(environment, 'two')
    await respond(environment, 'one', {}, environment.requests[0])
    expect(await Promise.all([one, two])).toEqual(['one', 'two'])
    expect(save.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'two' })
  })

  test('39: a write goes on when its component goes; no handler is called any more', async () => {
    const environment = createEnvironment()
    const save = mountFetch(environment, '/user', { method: 'PUT', enabled: false })
    const done = save.observer.execute({ json: 1 })
    await environment.advance(0)
    save.leave()
    await environment.advance(0)
    expect(environment.request.aborted).toBe(false)
    await respond(environment, 'saved')
    await expect(done).resolves.toBe('saved')
    expect(save.emitted).toEqual([])
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('abort gives a write up', async () => {
    const environment = createEnvironment()
    const save = mountFetch(environment, '/user', { method: 'PUT', enabled: false })
    const done = save.observer.execute({ json: 1 })
    await environment.advance(0)
    save.observer.abort()
    await expect(done).rejects.toMatchObject({ code: 'aborted', detail: { by: 'user' } })
    expect(environment.request.aborted).toBe(true)
    expect(save.observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
  })

  test('38: what only reads: the hook shows the newest, whatever the order of the answers', async () => {
    const environment = createEnvironment()
    const search = mountFetch(environment, '/search', { enabled: false })
    for (const q of ['a', 'ab', 'abc']) void search.observer.execute({ query: { q } })
    await environment.advance(0)
    // What nobody had sent yet never leaves.
    expect(environment.requests.map(({ url }) => new URL(url).search)).toEqual(['?q=abc'])
    void search.observer.execute({ query: { q: 'abcd' } })
    await environment.advance(0)
    expect(environment.requests[0]?.aborted).toBe(true)
    await respond(environment, 'abcd')
    expect(search.observer.getSnapshot().data).toBe('abcd')
  })

  test('refetch goes back to the hook’s own request', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 'Ada')
    void observer.execute({ query: { deep: true } })
    await environment.advance(0)
    await respond(environment, 'deep')
    expect(observer.getSnapshot().data).toBe('deep')
    void observer.refetch()
    await environment.advance(0)
    expect(environment.request.url).toBe('https://test.example/user')
    await respond(environment, 'Eve')
    expect(observer.getSnapshot().data).toBe('Eve')
  })

  test('refetch twice in a tick is one request; later it is a newer one', async () => {
    const environment = createEnvironment()
    const { observer } = await shownUser(environment, 'Ada')
    const both = [observer.refetch(), observer.refetch()]
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    both.push(observer.refetch())
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false, true, false])
    await respond(environment, 'Eve')
    expect(await Promise.all(both)).toEqual(['Eve', 'Eve', 'Eve'])
  })

  test('another URL for once', async () => {
    const environment = createEnvironment()
    const request = client(environment, null)
    const done = request.execute({ url: '/once' })
    await environment.advance(0)
    await respond(environment, 1)
    await expect(done).resolves.toBe(1)
  })

  test('a hook that is not enabled shows what others have asked for', async () => {
    const environment = createEnvironment()
    const idle = mountFetch(environment, '/user', { enabled: false })
    await shownUser(environment, 'Ada')
    expect(idle.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
  })

  test('an infinite list, by a fold', async () => {
    const environment = createEnvironment()
    const list = mountFetch(environment, '/users', { enabled: false, reduce: collect() as never })
    for (const after of [undefined, 'b']) {
      void list.observer.execute({ query: { after } })
      await environment.advance(0)
      await respond(environment, { after: after ?? 'start' })
    }
    expect(list.observer.getSnapshot().data).toEqual([{ after: 'start' }, { after: 'b' }])
    expect(list.observer.getSnapshot().status).toBe('success')
  })
})

describe('abort', () => {
  test('shows what was there before, and nothing comes any more', async () => {
    const environment = createEnvironment()
    const { observer, emitted } = await shownUser(environment, 'Ada')
    void observer.refetch()
    await environment.advance(0)
    observer.abort()
    await respond(environment, 'late')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada', isFetching: false })
    expect(emitted).toEqual(['message "Ada"'])
    expect([environment.timers, environment.listeners]).toEqual([0, 1])
  })

  test('goes on for others who wait for it', async () => {
    const environment = createEnvironment()
    const one = mountFetch(environment)
    const two = mountFetch(environment)
    await environment.advance(0)
    one.observer.abort()
    expect(environment.request.aborted).toBe(false)
    expect(one.observer.getSnapshot()).toMatchObject({ status: 'idle', isFetching: false })
    await respond(environment, 'Ada')
    for (const { observer } of [one, two])
      expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
    one.observer.abort()
  })

  test('when the last one gives it up it ends', async () => {
    const environment = createEnvironment()
    const both = [mountFetch(environment), mountFetch(environment)]
    await environment.advance(0)
    for (const { observer } of both) observer.abort()
    expect(environment.request.aborted).toBe(true)
    expect([environment.timers, environment.listeners]).toEqual([0, 1])
  })

  test('during a wait for the retry', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment)
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    observer.abort()
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
  })

  test('inside a handler', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/user', { onRetry: () => observer.abort() })
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
    expect(observer.getSnapshot().status).toBe('idle')
    expect([environment.timers, environment.listeners]).toEqual([0, 1])
  })
})
