import { describe, expect, test } from 'vitest'
import { cacheControl, createEnvironment, mountFetch, respond } from '../../../test/fetch/harness.ts'
import type { FetchOptions } from '../index.ts'

type World = ReturnType<typeof createEnvironment>
type Options = FetchOptions<unknown, unknown, unknown>

const FRESH = cacheControl('max-age=60')
const userOf = ({ headers }: World['request']) => headers.get('authorization')
const usersOf = ({ requests }: World) => requests.map(userOf)

/** Responds to every open request with its user. */
async function serve(environment: World, head = FRESH) {
  for (const request of environment.requests.filter((one) => !one.aborted && !served.has(one))) {
    served.add(request)
    await respond(environment, userOf(request), head, request)
  }
}
const served = new WeakSet<object>()

async function mounted(environment: World, options: Options) {
  const harness = mountFetch(environment, '/me', options)
  await environment.advance(0)
  await serve(environment)
  return harness
}

/** A headers function whose user can change. */
function login(user: string) {
  const state = { user, headers: () => ({ authorization: state.user }) }
  return state
}
const as = (user: string): Options => ({ headers: { authorization: user } })

/** An observer with the response of eve, whose headers function has returned ada before. */
async function movedToEve() {
  const environment = createEnvironment()
  const session = login('ada')
  const { observer } = await mounted(environment, { headers: session.headers })
  session.user = 'eve'
  void observer.refetch()
  await environment.advance(0)
  await serve(environment)
  return { environment, observer }
}

describe('[identity] when a headers function returns another user', () => {
  test('other observers with the same function get its response too', async () => {
    const environment = createEnvironment()
    const session = login('ada')
    const one = await mounted(environment, { headers: session.headers })
    const two = await mounted(environment, { headers: session.headers })
    session.user = 'eve'
    void one.observer.refetch()
    await environment.advance(0)
    await serve(environment)
    expect([one, two].map(({ observer }) => observer.getSnapshot().data)).toEqual(['eve', 'eve'])
    expect(usersOf(environment)).toEqual(['ada', 'eve'])
  })

  test('sends no request of this user if the observer with this function has left', async () => {
    const environment = createEnvironment()
    let resolve = (_: string) => {}
    let isAsync = false
    const headers = async () => {
      if (!isAsync) return { authorization: 'ada' }
      return { authorization: await new Promise<string>((done) => (resolve = done)) }
    }
    const one = await mounted(environment, { headers, refetchInterval: 1000 })
    const two = await mounted(environment, { headers: async () => ({ authorization: 'ada' }) })
    isAsync = true
    await environment.advance(1000)
    one.leave()
    await environment.advance(0)
    resolve('eve')
    await environment.advance(0)
    await serve(environment)
    expect(usersOf(environment)).not.toContain('eve')
    expect(two.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'ada' })
  })

  test('the former response stays in the cache', async () => {
    const { environment } = await movedToEve()
    const { shown } = mountFetch(environment, '/me', as('ada'))
    await environment.advance(0)
    expect(shown[0]?.data).toBe('ada')
    expect(usersOf(environment)).toEqual(['ada', 'eve'])
  })

  test('the former response is not used again if the server has rejected its token', async () => {
    const environment = createEnvironment()
    const headers = ({ previous }: { previous: Error | undefined }) => ({
      authorization: previous ? 'ada 2' : 'ada 1',
    })
    const { observer } = await mounted(environment, { headers })
    void observer.refetch()
    await environment.advance(0)
    await serve(environment, { status: 401 })
    await serve(environment)
    expect(observer.getSnapshot().data).toBe('ada 2')
    const { shown } = mountFetch(environment, '/me', as('ada 1'))
    await environment.advance(0)
    expect(shown[0]?.data).toBeUndefined()
    expect(usersOf(environment)).toEqual(['ada 1', 'ada 1', 'ada 2', 'ada 1'])
  })

  test('[offline] the observer still notices that the page is offline', async () => {
    const { environment, observer } = await movedToEve()
    observer.track('waitingFor')
    environment.emitPageEvent('offline')
    void observer.refetch()
    await environment.advance(0)
    expect(observer.getSnapshot().waitingFor).toBe('online')
    expect(usersOf(environment)).toEqual(['ada', 'eve'])
  })

  test('the promise of a disabled observer that stays gets its own response', async () => {
    const environment = createEnvironment()
    const session = login('ada')
    const stays = mountFetch(environment, '/me', { ...as('ada'), enabled: false })
    const moves = await mounted(environment, { headers: session.headers })
    const promise = stays.observer.execute()
    session.user = 'eve'
    void moves.observer.refetch()
    await environment.advance(0)
    for (let round = 0; round < 2; round++) await serve(environment)
    await expect(promise).resolves.toBe('ada')
    expect(moves.observer.getSnapshot().data).toBe('eve')
  })

  test('responses of the next user are shared, although those of the last one vary', async () => {
    const environment = createEnvironment()
    const session = login('ada')
    const options = { headers: session.headers, ignoreHeaders: ['x-tenant'] }
    const shared = (user: string): Options => ({ ...as(user), ignoreHeaders: ['x-tenant'] })
    const varied = mountFetch(environment, '/me', shared('varied'))
    await environment.advance(0)
    await serve(environment, cacheControl('max-age=60', { vary: 'x-tenant' }))
    varied.leave()
    const { observer } = await mounted(environment, options)
    for (const user of ['varied', 'eve']) {
      session.user = user
      void observer.refetch()
      await environment.advance(0)
      await serve(environment)
    }
    const { shown } = mountFetch(environment, '/me', shared('eve'))
    await environment.advance(0)
    expect(shown[0]?.data).toBe('eve')
    expect(usersOf(environment)).toEqual(['varied', 'ada', 'varied', 'eve'])
  })
})

describe('a headers function that returns the headers of another observer', () => {
  test('its refetch aborts an older request and resolves with the newer response', async () => {
    const environment = createEnvironment()
    const other = mountFetch(environment, '/me', as('ada'))
    await environment.advance(0)
    const { observer } = mountFetch(environment, '/me', {
      headers: () => ({ authorization: 'ada' }),
      enabled: false,
    })
    const promise = observer.execute()
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
    await respond(environment, 'newer')
    await expect(promise).resolves.toBe('newer')
    expect(other.observer.getSnapshot().data).toBe('newer')
  })

  test('its refetch does not wait for the retry of an older request', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/me', { ...as('ada'), retry: { delay: () => 60_000 } })
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    const { observer } = mountFetch(environment, '/me', {
      headers: () => ({ authorization: 'ada' }),
      enabled: false,
    })
    const promise = observer.execute()
    await environment.advance(0)
    await respond(environment, 'newer')
    await expect(promise).resolves.toBe('newer')
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(2)
  })

  test('[offline] its refetch shares a request that waits for the network', async () => {
    const environment = createEnvironment()
    let resolve = (_: { authorization: string }) => {}
    const { observer } = mountFetch(environment, '/me', {
      headers: () => new Promise<{ authorization: string }>((done) => (resolve = done)),
      enabled: false,
    })
    const promise = observer.execute()
    await environment.advance(0)
    environment.emitPageEvent('offline')
    mountFetch(environment, '/me', as('ada'))
    await environment.advance(0)
    resolve({ authorization: 'ada' })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(0)
    environment.emitPageEvent('online')
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(1)
    await serve(environment)
    await expect(promise).resolves.toBe('ada')
  })

  test('the other observer shows pending instead of its error while the request is in flight', async () => {
    const environment = createEnvironment()
    const other = mountFetch(environment, '/me', as('ada'))
    await environment.advance(0)
    await respond(environment, undefined, { status: 404 })
    mountFetch(environment, '/me', { headers: () => ({ authorization: 'ada' }) })
    await environment.advance(0)
    expect(other.observer.getSnapshot()).toMatchObject({ status: 'pending', error: undefined })
  })

  test('the other observer shows its error beside the data until the request has ended', async () => {
    const environment = createEnvironment()
    const other = mountFetch(environment, '/me', as('ada'))
    await environment.advance(0)
    await respond(environment, 'ada')
    void other.observer.refetch()
    await environment.advance(0)
    await respond(environment, undefined, { status: 404 })
    mountFetch(environment, '/me', { headers: () => ({ authorization: 'ada' }) })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(3)
    expect(other.observer.getSnapshot()).toMatchObject({
      status: 'error',
      data: 'ada',
      error: { status: 404 },
    })
  })

  test('[identity] its initial data are not shown by an observer that joins its first request', async () => {
    const environment = createEnvironment()
    const headers = () => ({ authorization: 'ada' })
    const one = mountFetch(environment, '/me', { headers, initialData: 'initial' })
    const two = mountFetch(environment, '/me', { headers: () => headers() })
    await environment.advance(0)
    await serve(environment)
    expect(usersOf(environment)).toEqual(['ada'])
    expect(one.shown.map(({ data }) => data)).toContain('initial')
    expect(two.shown.map(({ data }) => data)).not.toContain('initial')
    expect(two.observer.getSnapshot().data).toBe('ada')
  })
})

describe('[cache-vary] a response that varies by an ignored header', () => {
  const tenant = (name: string, more: Options = {}): Options => ({
    headers: { 'x-tenant': name },
    ignoreHeaders: ['x-tenant'],
    ...more,
  })
  async function serveTenants(environment: World) {
    for (const request of environment.requests.filter((one) => !one.aborted && !served.has(one))) {
      served.add(request)
      const head = cacheControl('max-age=60', { vary: 'x-tenant' })
      await respond(environment, request.headers.get('x-tenant'), head, request)
    }
  }

  test('is not shared by observers with the same `key`', async () => {
    const environment = createEnvironment()
    const [a, b] = ['a', 'b'].map((name) => mountFetch(environment, '/me', tenant(name, { key: 'ada' })))
    await environment.advance(0)
    for (let round = 0; round < 2; round++) await serveTenants(environment)
    expect([a, b].map((one) => one?.observer.getSnapshot().data)).toEqual(['a', 'b'])
  })

  test('is not shown by a new observer, even if the response to the next request names no `Vary`', async () => {
    const environment = createEnvironment()
    const [, two] = ['a', 'b'].map((name) => mountFetch(environment, '/me', tenant(name)))
    await environment.advance(0)
    await serveTenants(environment)
    await respond(environment, 'b', FRESH)
    expect(two?.observer.getSnapshot().data).toBe('b')
    expect(mountFetch(environment, '/me', tenant('c')).shown[0]?.data).toBeUndefined()
  })

  test('the promise of a disabled observer gets its own response', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/me', tenant('a'))
    const disabled = mountFetch(environment, '/me', tenant('b', { enabled: false }))
    const own = disabled.observer.execute()
    const first = mountFetch(environment, '/me', tenant('c'))
    void first.observer.refetch()
    await environment.advance(0)
    for (let round = 0; round < 3; round++) await serveTenants(environment)
    await expect(own).resolves.toBe('b')
  })

  test('a disabled observer sends no request', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/me', tenant('a'))
    mountFetch(environment, '/me', tenant('b', { enabled: false }))
    await environment.advance(0)
    for (let round = 0; round < 3; round++) await serveTenants(environment)
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })
})
