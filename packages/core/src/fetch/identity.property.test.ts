import { AsyncLocalStorage } from 'node:async_hooks'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import { HttpError } from '../shared/errors.ts'
import { type FetchOptions, bearer, createFetchCache } from './index.ts'
import type { FakeRequest } from '../testing/index.ts'

type Options = FetchOptions<unknown, unknown, unknown>

const USERS = ['ada', 'eve', 'cyd'] as const
type User = (typeof USERS)[number]
const URLS = ['/me', '/list', '/tenant'] as const

/** A response body: its user, and how often that user's token had been renewed. */
interface Sent {
  readonly user: string
  /** Set if the response varies by tenant. */
  readonly tenant: string | null
  readonly isByHand?: true
}

/** How an observer identifies its user. A `session` follows the user who is logged in. */
type Way = 'value' | 'function' | 'async' | 'authorization' | 'bearer' | 'key' | 'session'
const ways: readonly Way[] = ['value', 'function', 'async', 'authorization', 'bearer', 'key', 'session']

const config = fc.record({
  way: fc.constantFrom(...ways),
  user: fc.constantFrom(...USERS),
  url: fc.constantFrom(...URLS),
  tenant: fc.constantFrom('t1', 't2'),
  keepPreviousData: fc.boolean(),
  staleWhileRevalidate: fc.constantFrom(undefined, 60_000),
})
type Config = typeof config extends fc.Arbitrary<infer One> ? One : never

const slot = fc.nat({ max: 3 })
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant('move' as const), slot, config }) },
    {
      weight: 3,
      arbitrary: fc.record({ type: fc.constant('page' as const), slot, url: fc.constantFrom(...URLS) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constantFrom(
          ...([
            'leave',
            'join',
            'refetch',
            'execute',
            'mutate',
            'rollback',
            'abort',
            'render',
            'write',
          ] as const),
        ),
        slot,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('login' as const), user: fc.constantFrom(...USERS) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('expire' as const), user: fc.constantFrom(...USERS) }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('invalidate' as const) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant('respond' as const),
        which: fc.nat({ max: 3 }),
        status: fc.constantFrom(200, 200, 200, 200, 401, 403, 503),
        control: fc.constantFrom(
          'private, max-age=60',
          'no-store',
          'no-cache',
          'max-age=1, stale-while-revalidate=600',
          '',
        ),
        vary: fc.constantFrom('', 'x-auth-token', 'Authorization, Accept', '*'),
        isWrong: fc.constantFrom(false, false, false, true),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(0, 16, 900, 11_000) }),
    },
  ),
  { minLength: 10, maxLength: 50, size: 'max' },
)
type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never

/** Four observers, one cache and one server, which responds with the user and tenant of the request. */
function stage() {
  const environment = createEnvironment()
  const cache = createFetchCache()
  const wrong: string[] = []
  let loggedIn: User = 'ada'
  /** The user who was logged in at each call of a session's function. */
  const given: User[] = []
  const isValid: Record<string, number> = {}
  const bearers = new Map(
    USERS.map((user) => [user, bearer(({ previous }) => `${user} ${previous ? (isValid[user] ?? 0) : 0}`)]),
  )
  const session = () => {
    given.push(loggedIn)
    return { 'x-auth-token': loggedIn }
  }

  const seen = new Set<FakeRequest>()
  const open = () => environment.requests.filter((request) => !request.aborted && !seen.has(request))
  /** With a `key` alone, cookies identify the user; the test reads them from the request, as a server would. */
  const cookies = new WeakMap<FakeRequest, string>()
  const whoOf = (request: FakeRequest): string => {
    const { headers } = request
    const authorization = headers.get('authorization')?.replace('Bearer ', '').split(' ')[0]
    return (
      headers.get('x-auth-token') ??
      authorization ??
      headers.get('x-user') ??
      cookies.get(request) ??
      'nobody'
    )
  }

  function optionsOf({ way, user, tenant, keepPreviousData, staleWhileRevalidate }: Config): Options {
    const more = { 'x-tenant': tenant, 'x-request-id': `${Math.random()}` }
    const all = {
      keepPreviousData,
      staleWhileRevalidate,
      cache,
      ignoreHeaders: ['x-tenant'],
      retry: { delay: () => 500 },
    }
    const value = { 'x-auth-token': user, ...more }
    switch (way) {
      case 'value':
        return { ...all, headers: value }
      case 'function':
        return { ...all, headers: () => value }
      case 'async':
        return { ...all, headers: () => Promise.resolve(value) }
      case 'authorization':
        return { ...all, headers: { authorization: user, ...more } }
      case 'bearer': {
        const auth = bearers.get(user)
        return { ...all, headers: async (context) => ({ ...(await auth?.(context)), ...more }) }
      }
      case 'key':
        // A header outside the cache key is like a cookie: only `key` separates users.
        return {
          ...all,
          key: user,
          headers: { 'x-user': user, ...more },
          ignoreHeaders: ['x-tenant', 'x-user'],
        }
      case 'session':
        return { ...all, headers: session }
    }
  }

  const first: Config[] = [
    {
      way: 'session',
      user: 'ada',
      url: '/me',
      tenant: 't1',
      keepPreviousData: true,
      staleWhileRevalidate: undefined,
    },
    {
      way: 'session',
      user: 'ada',
      url: '/me',
      tenant: 't1',
      keepPreviousData: false,
      staleWhileRevalidate: undefined,
    },
    {
      way: 'function',
      user: 'eve',
      url: '/me',
      tenant: 't1',
      keepPreviousData: true,
      staleWhileRevalidate: undefined,
    },
    {
      way: 'value',
      user: 'ada',
      url: '/me',
      tenant: 't2',
      keepPreviousData: true,
      staleWhileRevalidate: undefined,
    },
  ]

  const observers = first.map((start) => {
    const harness = mountFetch(environment, start.url, optionsOf(start))
    const one = {
      ...harness,
      config: start,
      mounted: true,
      /** Of a session: the data that it shows, and how often its function had been called by then. */
      shows: undefined as string | undefined,
      since: 0,
      /** The headers function was replaced: the data of the old one's user may stay until there is a response. */
      former: new Set<string>(),
    }
    harness.observer.on('message', (message) => check(one, message, 'a handler'))
    harness.observer.on('error', (error) => check(one, bodyOf(error), 'an error handler'))
    return one
  })
  type ObserverHarness = (typeof observers)[number]

  /** Whether a body belongs to the user of the observer. */
  function check(one: ObserverHarness, value: unknown, where: string): void {
    const {
      config: { way, user, tenant },
    } = one
    const { user: sent, tenant: of } = (value ?? {}) as Partial<Sent>
    if (sent === undefined) return
    if (way !== 'session' && sent !== user) wrong.push(`${where}: ${way} of ${user} got ${sent}`)
    if (way === 'session' && !given.includes(sent as User)) wrong.push(`${where}: the session got ${sent}`)
    if (way !== 'session' && of && of !== tenant) wrong.push(`${where}: ${user} at ${tenant} got ${of}`)
  }

  /** A session keeps its data, or shows a response that it has requested since. */
  function checkShown(one: ObserverHarness): void {
    const { data, error, response, status } = one.observer.getSnapshot()
    const shown = (data ?? {}) as Partial<Sent>
    const sentFor = response?.headers.get('x-for') ?? undefined
    if (data !== undefined && !shown.isByHand && !one.former.has(String(shown.user))) one.former.clear()
    if (!one.former.has(String(shown.user))) check(one, data, 'the screen')
    if (!one.former.has(String(sentFor))) check(one, { user: sentFor }, 'the response')
    const failed = bodyOf(error)
    if (!one.former.has(String((failed as Partial<Sent> | undefined)?.user))) check(one, failed, 'the error')
    const is401 = error?.code === 'http' && error.status === 401
    if (status === 'error' && is401 && data !== undefined && !(data as Partial<Sent>).isByHand)
      wrong.push('data after a final 401')
    const { user } = (data ?? {}) as Partial<Sent>
    if (shown.isByHand || one.former.has(String(user))) return
    if (one.config.way !== 'session' || user === undefined || user === one.shows) return
    if (one.shows !== undefined && given.lastIndexOf(user as User) < one.since)
      wrong.push(`the session went back to ${user}`)
    one.shows = user
    one.since = given.length
  }

  function awaits(one: ObserverHarness, promise: Promise<unknown>): void {
    const { config: then } = one
    const before = given.length
    const isRight = (value: unknown) => {
      const { user, tenant } = (value ?? {}) as Partial<Sent>
      if (user === undefined) return
      // A newer request of the same observer replaces it, with its current function.
      const isNow = isByFunction(then) && isByFunction(one.config) && user === one.config.user
      const isSession = [then, one.config].some(({ way }) => way === 'session') && isByFunction(then)
      const isOurs = user === then.user || isNow || (isSession && given.lastIndexOf(user as User) >= before)
      const isOwnTenant = !tenant || isByFunction(then) || tenant === then.tenant
      if (!isOurs || !isOwnTenant)
        wrong.push(`a promise of ${then.way} ${then.user} ${then.tenant} got ${user} ${tenant}`)
    }
    promise.then(isRight, (error: unknown) => isRight(bodyOf(error)))
  }

  function move(one: ObserverHarness, requested: Config): void {
    const { config: before } = one
    // An ignored header does not change the cache key.
    const next = { ...requested, tenant: before.tenant }
    const { data, error, response } = one.observer.getSnapshot()
    const isSwap =
      isByFunction(before) && isByFunction(next) && (before.way !== next.way || before.user !== next.user)
    one.config = next
    if (before.way !== next.way) one.shows = undefined
    if (isSwap) {
      for (const shown of [data, bodyOf(error), { user: response?.headers.get('x-for') }])
        one.former.add(String((shown as Partial<Sent> | undefined)?.user))
    } else if (!isByFunction(next)) one.former.clear()
    one.setOptions(next.url, optionsOf(next))
    // The result of another function is not known before it is called, so the program must change `key` too.
    if (isSwap) awaits(one, one.observer.refetch())
  }

  function byHand(one: ObserverHarness, options: object = {}): void {
    const { data } = one.observer.getSnapshot()
    const { way, user } = one.config
    const shown = (data ?? {}) as Partial<Sent>
    if (way === 'session' && shown.user === undefined) return
    one.observer.mutate(
      {
        user: way === 'session' ? shown.user : user,
        tenant: null,
        isByHand: true,
      },
      options,
    )
  }

  function act(one: ObserverHarness, deed: string): void {
    const {
      observer,
      config: { url },
    } = one
    if (deed === 'leave' && one.mounted) one.leave()
    if (deed === 'join' && !one.mounted) one.leave = observer.subscribe(() => {})
    if (deed === 'leave' || deed === 'join') one.mounted = deed === 'join'
    if (deed === 'refetch') awaits(one, observer.refetch())
    if (deed === 'execute') awaits(one, observer.execute({ url: url === '/me' ? '/list' : '/me' }))
    if (deed === 'write') awaits(one, observer.execute({ method: 'PUT', json: 1 }))
    if (deed === 'abort') observer.abort()
    if (deed === 'mutate') byHand(one)
    const rollback = environment.advance(0).then(() => Promise.reject(new Error('no')))
    rollback.catch(() => {})
    if (deed === 'rollback') byHand(one, { rollback })
    if (deed === 'render') one.setOptions(url, optionsOf(one.config))
  }

  async function respondTo({ which, status: requested, control, vary, isWrong }: Step & { type: 'respond' }) {
    const request = open()[which]
    if (!request) return
    seen.add(request)
    const user = whoOf(request)
    const isTenant = new URL(request.url).pathname === '/tenant'
    const number = Number(request.headers.get('authorization')?.split(' ')[2] ?? Number.POSITIVE_INFINITY)
    // Every user's version is 1, so a validator of another user would match.
    const isKnown = request.headers.get('if-none-match') === '"1"' && requested === 200
    const status = number < (isValid[user] ?? 0) ? 401 : isKnown ? 304 : requested
    const headers = {
      'x-for': user,
      etag: '"1"',
      'cache-control': control,
      vary: [isTenant ? 'X-Tenant' : '', vary].filter(Boolean).join(', '),
      'content-type': 'application/json',
    }
    const sent: Sent = { user, tenant: isTenant ? request.headers.get('x-tenant') : null }
    await respond(environment, isWrong && status === 200 ? '{]' : sent, { status, headers }, request)
  }

  async function perform(step: Step): Promise<void> {
    const one = 'slot' in step ? observers[step.slot] : undefined
    if (step.type === 'move' && one) move(one, step.config)
    else if (step.type === 'page' && one) move(one, { ...one.config, url: step.url })
    else if (step.type === 'login') loggedIn = step.user
    else if (step.type === 'expire') isValid[step.user] = (isValid[step.user] ?? 0) + 1
    else if (step.type === 'invalidate') cache.invalidate('/me', '/list', '/tenant')
    else if (step.type === 'respond') await respondTo(step)
    else if (step.type === 'wait') await environment.advance(step.ms)
    else if (one) act(one, step.type)
    for (const each of observers) checkShown(each)
    await environment.advance(0)
    for (const each of observers) if (each.mounted) checkShown(each)
  }

  async function end(): Promise<void> {
    for (const one of observers) {
      one.observer.abort()
      if (one.mounted) one.leave()
    }
    for (let round = 0; round < 20; round++) {
      for (const request of open()) {
        seen.add(request)
        await respond(environment, undefined, { status: 404 }, request)
      }
      await environment.advance(5000)
    }
  }
  return { environment, wrong, perform, end, open }
}

const isByFunction = ({ way }: Config): boolean => ['function', 'async', 'bearer', 'session'].includes(way)

const bodyOf = (error: unknown): unknown => (error instanceof HttpError ? error.body : undefined)

test('[identity] in any order of events no screen, promise or handler gets data of another user', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const { environment, wrong, perform, end, open } = stage()
      for (const step of sequence) {
        await perform(step)
        expect(wrong).toEqual([])
      }
      await end()
      expect(wrong).toEqual([])
      expect(open()).toEqual([])
      expect([environment.timers, environment.listeners]).toEqual([0, 0])
      expect(environment.requests.length).toBeLessThan(sequence.length * 12 + 40)
    }),
    { numRuns: 400 },
  )
})

const serverSteps = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('request' as const),
      user: fc.constantFrom(...USERS),
      which: fc.nat({ max: 1 }),
    }),
    fc.record({
      type: fc.constant('respond' as const),
      which: fc.nat({ max: 3 }),
      status: fc.constantFrom(200, 200, 401, 503),
    }),
    fc.record({ type: fc.constant('wait' as const) }),
  ),
  { minLength: 5, maxLength: 30 },
)

test.for([false, true])(
  '[server-isolation] users who are served at once by one client and one headers function get their own (given cache: %s)',
  async (isGiven) => {
    await fc.assert(
      fc.asyncProperty(serverSteps, async (sequence) => {
        const environment = createEnvironment({ isServer: true })
        const users = new AsyncLocalStorage<string>()
        const header = (user: string | undefined) => `${user}`
        const auth = bearer(() => header(users.getStore()))
        const cache = isGiven ? createFetchCache() : undefined
        // In a cache that users share, bearer() would have one token for all of them.
        const plain = async () => ({ 'x-auth-token': header(users.getStore()) })
        const clients = [
          client(environment, '/me', { headers: plain, cache, retry: false }),
          client(environment, '/me', {
            headers: isGiven ? plain : auth,
            cache,
            retry: false,
            maxAge: 60_000,
          }),
        ]
        const wrong: string[] = []
        const seen = new Set<FakeRequest>()
        const open = () => environment.requests.filter((request) => !request.aborted && !seen.has(request))
        const whoOf = ({ headers }: FakeRequest) =>
          headers.get('x-auth-token') ?? headers.get('authorization')?.replace('Bearer ', '')
        for (const step of sequence) {
          if (step.type === 'request') {
            const isRight = (value: unknown) =>
              value === step.user ||
              value === undefined ||
              wrong.push(`${step.user} got ${JSON.stringify(value)}`)
            void users.run(step.user, () =>
              clients[step.which]?.execute().then(isRight, (error: unknown) => isRight(bodyOf(error))),
            )
          }
          const request = step.type === 'respond' ? open()[step.which] : undefined
          if (request) seen.add(request)
          if (request && step.type === 'respond')
            await respond(
              environment,
              whoOf(request),
              { status: step.status, headers: { 'cache-control': 'max-age=60' } },
              request,
            )
          await environment.advance(0)
          expect(wrong).toEqual([])
        }
      }),
      { numRuns: 150 },
    )
  },
)
