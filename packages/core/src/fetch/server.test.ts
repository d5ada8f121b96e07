import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test, vi } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { platformEnvironment } from '../platform/browser.ts'
import { bearer, createEventSource, createFetchCache } from '../index.ts'
import type { FakeRequest } from '../testing/index.ts'

/** A server with one module-level headers function, and the user of each request. */
function stage() {
  const environment = createEnvironment({ isServer: true })
  const users = new AsyncLocalStorage<string>()
  const calls: string[] = []
  const headers = ({ previous }: { previous: Error | undefined }) => {
    const user = users.getStore() ?? 'nobody'
    calls.push(user)
    return Promise.resolve({ authorization: previous ? `${user} 2` : user })
  }
  const seen = new Set<FakeRequest>()
  const serve = async (status = 200, responseHeaders: Record<string, string> = {}) => {
    await environment.advance(0)
    for (const request of environment.requests.filter((one) => !one.aborted && !seen.has(one))) {
      seen.add(request)
      await respond(
        environment,
        request.headers.get('authorization'),
        { status, headers: responseHeaders },
        request,
      )
    }
    await environment.advance(0)
  }
  const as = <Value>(user: string, run: () => Value): Value => users.run(user, run)
  return { environment, headers, calls, serve, as }
}

describe('[server-isolation] on a server without a given cache nothing is shared', () => {
  test('two users with one client and one headers function, whose requests are rejected', async () => {
    const { environment, headers, calls, serve, as } = stage()
    const me = client(environment, '/me', { headers })
    const promises = ['ada', 'eve'].map((user) => as(user, () => me.execute()))
    await serve(401)
    await serve()
    await expect(Promise.all(promises)).resolves.toEqual(['ada 2', 'eve 2'])
    expect(calls).toEqual(['ada', 'eve', 'ada', 'eve'])
  })

  test('each with a client of its own, and one headers function', async () => {
    const { environment, headers, serve, as } = stage()
    const promises = ['ada', 'eve'].map((user) =>
      as(user, () => client(environment, '/me', { headers }).execute()),
    )
    await serve(401)
    await serve()
    await expect(Promise.all(promises)).resolves.toEqual(['ada 2', 'eve 2'])
  })

  test.for([{}, { headers: { authorization: 'ada' } }, { key: 'ada' }])(
    'no request in flight, whatever names it: %o',
    async (options) => {
      const { environment } = stage()
      const me = client(environment, '/me', options)
      const promises = [me.execute(), me.execute(), me.refetch()]
      await environment.advance(0)
      expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false, false, false])
      for (const [number, request] of environment.requests.entries())
        await respond(environment, number, {}, request)
      await expect(Promise.all(promises)).resolves.toEqual([0, 1, 2])
    },
  )

  test('no fresh response, and none for a later subscriber', async () => {
    const { environment, headers, serve, as } = stage()
    const me = client(environment, '/me', { headers, maxAge: 60_000 })
    const ada = as('ada', () => me.execute())
    await serve()
    const eve = as('eve', () => me.execute())
    await serve()
    await expect(Promise.all([ada, eve])).resolves.toEqual(['ada', 'eve'])
    as('cyd', () => me.subscribe(() => {}))
    await serve()
    expect(me.getSnapshot().data).toBe('cyd')
    expect(environment.requests).toHaveLength(3)
  })

  test('aborting one request does not abort the other', async () => {
    const { environment, headers, serve, as } = stage()
    const me = client(environment, '/me', { headers })
    const controller = new AbortController()
    const ada = as('ada', () => me.execute({ signal: controller.signal }))
    const eve = as('eve', () => me.execute())
    await environment.advance(0)
    controller.abort()
    await serve()
    await expect(ada).rejects.toMatchObject({ code: 'aborted' })
    await expect(eve).resolves.toBe('eve')
  })

  test('no token', async () => {
    const { environment, serve, as } = stage()
    const users = new AsyncLocalStorage<string>()
    const auth = bearer(() => `${users.getStore()}`)
    const me = client(environment, '/me', { headers: auth })
    const both = ['ada', 'eve', 'ada'].map((user) => users.run(user, () => me.execute()))
    await serve()
    await expect(Promise.all(both)).resolves.toEqual(['Bearer ada', 'Bearer eve', 'Bearer ada'])
    await expect(as('ada', () => users.run('cyd', () => auth(context())))).resolves.toEqual({
      authorization: 'Bearer cyd',
    })
  })

  test('no token of a connection', async () => {
    const environment = createEnvironment({ isServer: true })
    let user = 'ada'
    const auth = bearer(() => user)
    for (user of ['ada', 'eve']) {
      createEventSource('/stream', { environment, headers: auth, share: false }).open()
      await environment.advance(0)
    }
    expect(environment.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer ada',
      'Bearer eve',
    ])
  })
})

const context = () => ({
  attempt: 0,
  previous: undefined,
  signal: new AbortController().signal,
  lastEventId: undefined,
  cursor: undefined,
})

describe('[server-cache] a given cache shares', () => {
  test('requests in flight, responses, renewals and tokens, for each user', async () => {
    const { environment, serve } = stage()
    const cache = createFetchCache()
    let callCount = 0
    const auth = bearer(({ previous }) => `${previous ? 'new' : 'old'} ${++callCount}`)
    const executeAt = (url: string) => client(environment, url, { headers: auth, cache }).execute()
    const promises = [executeAt('/1'), executeAt('/2')]
    await serve(401)
    await serve()
    await expect(Promise.all(promises)).resolves.toEqual(['Bearer new 2', 'Bearer new 2'])
    expect(callCount).toBe(2)
    const observers = [1, 2].map(() => mountFetch(environment, '/3', { headers: auth, cache }))
    await serve()
    expect(observers.map(({ observer }) => observer.getSnapshot().data)).toEqual([
      'Bearer new 2',
      'Bearer new 2',
    ])
    expect(environment.requests).toHaveLength(5)
  })

  test('but nothing across users, even with one client', async () => {
    const { environment, headers, serve, as } = stage()
    const me = client(environment, '/me', { headers, cache: createFetchCache() })
    const promises = ['ada', 'eve'].map((user) => as(user, () => me.execute()))
    await serve()
    await expect(Promise.all(promises)).resolves.toEqual(['ada', 'eve'])
    const again = ['eve', 'ada'].map((user) => as(user, () => me.execute()))
    await serve(401)
    await serve()
    await expect(Promise.all(again)).resolves.toEqual(['eve 2', 'ada 2'])
  })
})

test('[react-native] React Native is a page, although it has no document', () => {
  expect(platformEnvironment().isServer).toBe(true)
  vi.stubGlobal('navigator', { product: 'ReactNative' })
  expect(platformEnvironment().isServer).toBe(false)
  vi.unstubAllGlobals()
})

test('[server-isolation] with a given cache, two requests of one client at once do not abort each other', async () => {
  const { environment, headers, serve, as } = stage()
  const me = client(environment, '/me', { headers, cache: createFetchCache() })
  const promises = [0, 1].map(() => as('ada', () => me.execute()))
  await environment.advance(0)
  expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false, false])
  await serve()
  await expect(Promise.all(promises)).resolves.toEqual(['ada', 'ada'])
})
