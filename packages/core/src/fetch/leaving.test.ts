import { expect, test, describe } from 'vitest'
import { client, respond, mountFetch, createEnvironment, cacheControl } from '../../test/fetch/harness.ts'

test('[unmount] observers that change users and back leave no timers or listeners', async () => {
  const environment = createEnvironment()
  let user = 'ada'
  const options = { headers: () => ({ authorization: user }) }
  const harness = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('max-age=600'))
  user = 'eve'
  const other = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await respond(environment, 'Eve', cacheControl('max-age=600'))
  void harness.observer.refetch() // moves to Eve's
  await environment.advance(0)
  await respond(environment, 'Eve', cacheControl('max-age=600'))
  user = 'ada'
  harness.leave()
  other.leave()
  await environment.advance(0)
  const done = client(environment, '/me', options).execute()
  await environment.advance(0)
  await respond(environment, 'Ada', cacheControl('max-age=600'))
  await done
  await environment.advance(0)
  expect(environment.listeners).toBe(0)
})

test('[unmount] an observer that left during its refetch sends a request when it returns', async () => {
  const environment = createEnvironment()
  const one = mountFetch(environment, '/a')
  void one.observer.refetch()
  await environment.advance(0)
  one.leave()
  await environment.advance(0)
  one.observer.subscribe(() => {})
  await environment.advance(0)
  expect(one.observer.getSnapshot().status).toBe('pending')
  expect(environment.requests).toHaveLength(2)
})

test('[unmount] unshared data is still there when its component returns', async () => {
  const environment = createEnvironment()
  const one = mountFetch(environment, '/a', { share: false, maxAge: 60_000 })
  await environment.advance(0)
  await respond(environment, 'mine')
  one.leave()
  await environment.advance(0)
  one.observer.subscribe(() => {})
  await environment.advance(0)
  expect(one.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'mine' })
  expect(environment.requests).toHaveLength(1)
})

test('[unmount] unmounting in the tick of the mount sends no request', async () => {
  const environment = createEnvironment()
  mountFetch(environment).leave()
  await environment.advance(0)
  expect(environment.requests).toEqual([])
})

test('[unmount] a client whose cache entry changes leaves the new one too', async () => {
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

describe('[unmount] leaving', () => {
  test('aborts the request, and leaves nothing behind', async () => {
    const environment = createEnvironment()
    const { leave, emitted } = mountFetch(environment)
    await environment.advance(0)
    leave()
    await environment.advance(0)
    expect(environment.request.aborted).toBe(true)
    expect([environment.timers, environment.listeners, emitted]).toEqual([0, 0, []])
  })

  test('mounting twice in a tick, as StrictMode does, sends one request', async () => {
    const environment = createEnvironment()
    const { observer, leave } = mountFetch(environment)
    leave()
    observer.subscribe(() => {})
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false])
    await respond(environment, 'Ada')
    expect(observer.getSnapshot().data).toBe('Ada')
  })

  test('the same with functions and with share: false', async () => {
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

  test('an observer that replaces another in the same tick takes over its request', async () => {
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
