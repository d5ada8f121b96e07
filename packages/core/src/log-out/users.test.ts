import { describe, expect, test } from 'vitest'
import { bearer, createFetchCache } from '../fetch/index.ts'
import { forgetUser } from './index.ts'
import { query } from '../long-poll/index.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { observeWebSocket } from '../web-socket/index.ts'
import { respond, client, mountFetch } from '../../test/fetch/harness.ts'
import { respond as respondPoll, mountPoll } from '../../test/long-poll/harness.ts'
import { respond as respondStream, block, mountStream } from '../../test/event-source/harness.ts'

// Data of one user must not reach the next user, in whatever way a page changes the user.

const as = (authorization: string) => ({ headers: { authorization } })
const by = (authorization: string) => ({ headers: () => ({ authorization }) })

/** Mounts a stream that has delivered this message. */
async function streaming(options: Parameters<typeof mountStream>[1], data = 'for ada') {
  const environment = createTestEnvironment()
  const mounted = mountStream(environment, options)
  await environment.advance(0)
  await respondStream(environment)
  environment.request.write(block(data, { id: '7' }))
  await environment.advance(20)
  const users = () => environment.requests.map(({ headers }) => headers.get('authorization'))
  const lastId = () => environment.request.headers.get('last-event-id')
  return { environment, ...mounted, users, lastId }
}

describe('[log-out] a write in flight when its user logs out', () => {
  test.each([503, 401])('is not sent again as the next user, after %i', async (status) => {
    const environment = createTestEnvironment()
    let user = 'ada'
    const save = client(environment, '/save', { method: 'PUT', headers: bearer(() => user) })
    const saved = save.execute({ json: 'of ada' })
    await environment.advance(0)
    await forgetUser(undefined, { environment })
    user = 'bob'
    await respond(environment, undefined, { status })
    await expect(saved).rejects.toMatchObject({ code: 'http' })
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
  })

  test('is aborted while it waits for its retry', async () => {
    const environment = createTestEnvironment()
    const saved = client(environment, '/save', { method: 'PUT' }).execute({ json: 'of ada' })
    await environment.advance(0)
    await respond(environment, undefined, { status: 503 })
    await forgetUser(undefined, { environment })
    await expect(saved).rejects.toMatchObject({ code: 'aborted' })
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
  })
})

describe('[log-out] a write', () => {
  /** Sends the first request as ada. When the test continues, bob has logged in. */
  async function writing(how: (environment: ReturnType<typeof createTestEnvironment>) => unknown) {
    const environment = createTestEnvironment()
    let user = 'ada'
    let give = () => {}
    const slow = new Promise<void>((resolve) => (give = resolve))
    const headers = async () => {
      await slow
      return { authorization: user }
    }
    const cache = createFetchCache()
    const { observer, leave } = mountFetch(environment, '/save', {
      method: 'PUT',
      enabled: false,
      headers,
      cache,
    })
    const saved = observer.execute({ json: 'of ada' }).catch((error: { code: string }) => error.code)
    how(environment)
    return {
      environment,
      leave,
      saved,
      cache,
      give: () => give(),
      logIn: (next: string) => (user = next),
      users: () => environment.requests.map((request) => request.headers.get('authorization')),
    }
  }

  test.each(['unmounted at once', 'cleared'])('%s is not sent again as the next user', async (how) => {
    const { environment, leave, cache, give, logIn, users } = await writing(() => {})
    if (how === 'cleared') cache.clear()
    else leave()
    give()
    await environment.advance(0)
    await forgetUser(undefined, { environment })
    logIn('bob')
    await respond(environment, undefined, { status: 503 })
    environment.emitPageEvent('pagehide')
    environment.emitPageEvent('pageshow')
    await environment.advance(60_000)
    expect(users()).toEqual(['ada'])
  })

  test('that still waits for its headers when the log-out ends is aborted, and its handlers get the error', async () => {
    const { environment, saved, give, logIn, users } = await writing(() => {})
    await environment.advance(0)
    await forgetUser(Promise.resolve(), { environment })
    logIn('bob')
    give()
    await environment.advance(60_000)
    expect([users(), await saved]).toEqual([[], 'aborted'])
  })

  test('that is the log-out request waits for the network, and everything else waits for it', async () => {
    const environment = createTestEnvironment()
    mountFetch(environment, '/user')
    await environment.advance(0)
    await respond(environment, 'Ada')
    environment.emitPageEvent('offline')
    const session = client(environment, '/session', { method: 'DELETE' })
    const done = forgetUser(session.execute(), { environment })
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
    environment.emitPageEvent('online')
    await environment.advance(2000)
    expect(environment.request.method).toBe('DELETE')
    await respond(environment, undefined, { status: 204 })
    await done
    await environment.advance(0)
    expect(environment.requests.map(({ method }) => method)).toEqual(['GET', 'DELETE', 'GET'])
  })
})

describe('[log-out] an observer that is hidden', () => {
  test('returns after a log-out without data of the old user, even if its snapshot was not read', async () => {
    const { environment, observer, leave, lastId } = await streaming({})
    leave()
    await forgetUser(undefined, { environment })
    observer.subscribe(() => {})
    await environment.advance(0)
    expect([observer.getSnapshot().data, lastId()]).toEqual([undefined, null])
  })

  test('of a shared connection returns with another function and no data of the old connection', async () => {
    const shared = { ...by('ada'), closeDelay: 0 }
    const { environment, observer, leave, users, lastId } = await streaming(shared)
    mountStream(environment, shared)
    leave()
    observer.setOptions('/news', { environment, ...by('bob') })
    observer.subscribe(() => {})
    await environment.advance(0)
    expect([observer.getSnapshot().data, users(), lastId()]).toEqual([undefined, ['ada', 'bob'], null])
  })

  test('that was never connected does not reuse a connection without subscribers', async () => {
    const adas = by('ada')
    const { environment, leave, users } = await streaming(adas)
    const late = mountStream(environment, { ...adas, enabled: false })
    leave()
    late.observer.setOptions('/news', { environment, ...by('bob') })
    await environment.advance(0)
    expect([late.observer.getSnapshot().data, users()]).toEqual([undefined, ['ada', 'bob']])
  })

  test('keeps its cursor when another user has logged out before', async () => {
    const environment = createTestEnvironment()
    const { observer, leave } = mountStream(environment, { key: 'bob' })
    await forgetUser(undefined, { environment, key: 'ada' })
    observer.setOptions('/news', { environment, key: 'ada' })
    await environment.advance(0)
    await respondStream(environment)
    environment.request.write(block('for ada', { id: '7' }))
    await environment.advance(20)
    leave()
    observer.subscribe(() => {})
    expect(observer.getSnapshot()).toMatchObject({ status: 'open', data: 'for ada', lastEventId: '7' })
  })
})

describe('[log-out] mutated headers', () => {
  test('are those of the next poll, which starts afresh, and not of the others', async () => {
    const environment = createTestEnvironment()
    const headers: Record<string, string> = { authorization: 'ada' }
    const options = { cursor: query('since', ({ next }) => next), messages: ({ list }: never) => list }
    const moved = mountPoll(environment, { ...options, headers } as never)
    const stays = mountPoll(environment, { ...options, ...as('ada') } as never)
    await environment.advance(0)
    headers['authorization'] = 'bob'
    await respondPoll(environment, { next: 42, list: ['for ada'] })
    await environment.advance(0)
    const sent = environment.requests.slice(1).map((request) => {
      const since = new URL(request.url).searchParams.get('since')
      return `${request.headers.get('authorization')} ${since}`
    })
    expect(sent.toSorted((one, other) => one.localeCompare(other))).toEqual(['ada 42', 'bob null'])
    expect([moved, stays].map(({ observer }) => observer.getSnapshot().data)).toEqual([undefined, 'for ada'])
  })

  test('are a new request', async () => {
    const environment = createTestEnvironment()
    const headers: Record<string, string> = { authorization: 'ada' }
    const options = { headers, maxAge: 60_000 }
    const { observer, setOptions } = mountFetch(environment, '/me', options)
    await environment.advance(0)
    await respond(environment, 'Ada')
    headers['authorization'] = 'bob'
    expect(observer.preview('/me', { environment, ...options })?.data).toBe(undefined)
    setOptions('/me', options)
    expect(observer.getSnapshot().data).toBe(undefined)
    await environment.advance(0)
    expect(environment.request.headers.get('authorization')).toBe('bob')
  })

  test('that change on every read still lead to a connection', async () => {
    const environment = createTestEnvironment()
    let reads = 0
    const headers = {
      get authorization() {
        return String(++reads)
      },
    }
    mountStream(environment, { headers })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  })
})

test('[log-out] another observer with the new headers of a POST stream’s only observer gets its own request', async () => {
  const post = { method: 'POST', body: 'a prompt' }
  const { environment, observer, users } = await streaming({ ...post, ...as('ada') })
  observer.setOptions('/news', { environment, ...post, ...as('bob') })
  const late = mountStream(environment, { ...post, ...as('bob') })
  await environment.advance(0)
  expect(late.observer.getSnapshot().data).toBe(undefined)
  expect(users()).toEqual(['ada', 'bob'])
})

test('[log-out] a connection without subscribers is closed if its mutated headers belong to another user', async () => {
  const headers: Record<string, string> = { authorization: 'ada' }
  const { environment, leave, users } = await streaming({ headers, closeDelay: 60_000 })
  leave()
  headers['authorization'] = 'bob'
  environment.request.end()
  await environment.advance(20_000)
  expect(users()).toEqual(['ada'])
})

test('[log-out] an observer notices every change of its headers on a connection that others have opened', async () => {
  const environment = createTestEnvironment()
  const options = { messages: (body: unknown) => [body] }
  for (const user of ['ada', 'bob']) mountPoll(environment, { ...options, ...as(user) })
  const headers: Record<string, string> = { authorization: 'ada' }
  const { observer } = mountPoll(environment, { ...options, headers })
  for (let count = 0; count < 12; count++) {
    const user = count % 2 === 0 ? 'bob' : 'ada'
    headers['authorization'] = user
    await environment.advance(1000)
    for (const request of environment.requests)
      if (!request.cancelled) {
        request.respond({ headers: { 'content-type': 'text/plain' } })
        request.write(`for ${request.headers.get('authorization')}`)
        request.end()
      }
    await environment.advance(1000)
    const { data } = observer.getSnapshot()
    expect([undefined, `for ${user}`]).toContain(data)
  }
})

test('[log-out] a token is forgotten with the user of its cache, and the token of another cache is not', async () => {
  const environment = createTestEnvironment()
  const [adas, bobs] = [createFetchCache(), createFetchCache()]
  let token = 0
  const headers = bearer(() => String(++token))
  const sendRequest = async (cache: typeof adas) => {
    void client(environment, '/me', { cache, headers, key: 'ada' }).execute()
    await environment.advance(0)
    await respond(environment, 'me', { headers: { 'cache-control': 'no-store' } })
    return environment.request.headers.get('authorization')
  }
  expect([await sendRequest(adas), await sendRequest(bobs)]).toEqual(['Bearer 1', 'Bearer 2'])
  await forgetUser(undefined, { environment, cache: adas })
  expect([await sendRequest(bobs), await sendRequest(adas)]).toEqual(['Bearer 2', 'Bearer 3'])
  await forgetUser(undefined, { environment, key: 'ada' })
  expect([await sendRequest(adas), await sendRequest(bobs)]).toEqual(['Bearer 4', 'Bearer 5'])
})

test('[nothing-new] a repeated message is dropped, even if the functions are new in every render', async () => {
  const environment = createTestEnvironment()
  const options = () => ({
    ...by('ada'),
    messages: (body: unknown) => body as readonly string[],
    dedupeBy: (message: unknown) => message,
    minGap: 0,
  })
  const { observer, emitted } = mountPoll(environment, options())
  await environment.advance(0)
  await respondPoll(environment, ['a'])
  observer.setOptions('/news', { environment, ...options() } as never)
  await environment.advance(1000)
  await respondPoll(environment, ['a', 'b'])
  expect(emitted.filter((entry) => entry.startsWith('message'))).toEqual(['message a', 'message b'])
})

test('[close] an observer that was closed explicitly stays so after a log-out', async () => {
  const environment = createTestEnvironment()
  const mounted = observeWebSocket('/chat', { environment })
  mounted.subscribe(() => {})
  await environment.advance(0)
  environment.socket.accept()
  mounted.close()
  await forgetUser(undefined, { environment })
  await environment.advance(60_000)
  expect([environment.sockets.length, mounted.getSnapshot().status]).toEqual([1, 'closed'])
})
