import { describe, expect, test } from 'vitest'
import { expectNoUnhandledRejection } from '../../test/common/rejections.ts'
import { type PollOptions, respond, polling, searches } from '../../test/long-poll/harness.ts'
import { query } from './index.ts'
import type { AttemptContext } from '../shared/attempt.ts'

expectNoUnhandledRejection()

const cursor = query('since', (body) => body.next)
const steady = { delay: () => 1000 }

/** Creates a function option that records its contexts. @param valueOf returns its value for the nth call */
function createProvider(valueOf: (turn: number) => unknown) {
  const contexts: AttemptContext[] = []
  return { contexts, provider: (context: AttemptContext) => valueOf(contexts.push(context)) as never }
}

const summaryOf = (contexts: readonly AttemptContext[]) =>
  contexts.map(({ attempt, previous, cursor }) => [
    attempt,
    previous && 'code' in previous ? previous.code : previous,
    cursor,
  ])

describe('[option-functions] a function runs before every request', () => {
  test.each(['url', 'headers', 'body'] as const)(
    '%s: and gets the last error and the cursor',
    async (name) => {
      const { contexts, provider } = createProvider(
        (turn) => ({ url: `/news?turn=${turn}`, headers: {}, body: '' })[name],
      )
      const options: PollOptions = { cursor, retry: steady, method: 'POST' }
      const { environment } = await polling(
        name === 'url' ? options : { ...options, [name]: provider },
        name === 'url' ? provider : '/news',
      )
      await respond(environment, { next: 1 })
      await respond(environment, '', { status: 503 })
      await environment.advance(1000)
      environment.request.fail()
      await environment.advance(1000)
      await respond(environment, { next: 2 })
      expect(summaryOf(contexts)).toEqual([
        [0, undefined, undefined],
        [0, undefined, '1'],
        [1, 'http', '1'],
        [2, 'connect-failed', '1'],
        [0, undefined, '2'],
      ])
      expect(contexts[0]?.lastEventId).toBe(contexts[0]?.cursor)
      expect(environment.requests).toHaveLength(5)
    },
  )

  test('its result is sent', async () => {
    const options: PollOptions = {
      method: 'POST',
      headers: async ({ cursor = 'start' }) => ({ authorization: `Bearer ${cursor}` }),
      body: ({ cursor = 'start' }) => ({ from: cursor }),
      cursor,
    }
    const { environment } = await polling(options, ({ cursor = 'start' }) => `/news/${cursor}`)
    await respond(environment, { next: 1 })
    const sent = environment.requests.map(({ url, headers, body }) => [
      new URL(url).pathname,
      headers.get('authorization'),
      body,
    ])
    expect(sent).toEqual([
      ['/news/start', 'Bearer start', '{"from":"start"}'],
      ['/news/1', 'Bearer 1', '{"from":"1"}'],
    ])
  })

  test('also after a page event and with an interval', async () => {
    const { contexts, provider } = createProvider(() => ({}))
    const { environment } = await polling({ headers: provider, interval: 5000 })
    await respond(environment, 'one')
    await environment.advance(5000)
    await environment.advance(2000)
    environment.emitPageEvent('visible')
    await environment.advance(0)
    expect(contexts).toHaveLength(3)
    // Only the signal of the aborted request is aborted.
    expect(contexts.map(({ signal }) => signal.aborted)).toEqual([false, true, false])
  })

  test('one that throws is a failed attempt, with its reason', async () => {
    const cause = new Error('no token')
    const { environment, client, errors } = await polling({
      retry: steady,
      headers: ({ attempt }) => {
        if (attempt === 0) throw cause
        return {}
      },
    })
    expect(errors).toMatchObject([{ code: 'provider', provider: 'headers', thrown: cause }])
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(1)
  })

  test('also in a later request, and two at once', async () => {
    let fine = true
    const given = (value: Record<string, string>) => async () => {
      if (!fine) throw new Error('oh')
      return value
    }
    const { environment, client, emitted } = await polling({
      method: 'POST',
      retry: steady,
      headers: given({}),
      body: given({ a: 'b' }),
    })
    fine = false
    await respond(environment, 'one')
    await environment.advance(1000)
    expect(emitted).toEqual(['open', 'message one', 'close 1006 unclean', 'error provider', 'retry 1'])
    fine = true
    await environment.advance(1000)
    await respond(environment, 'two')
    expect(client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0, data: 'two' })
  })

  test.each([undefined, null])(
    'that returns %o: no headers; for a body a failed attempt',
    async (nothing) => {
      const { environment } = await polling({ headers: () => nothing }, '/news')
      expect([...environment.request.headers.keys()]).toEqual(['accept'])
      const body = () => nothing as never // what the types would not let through
      const { errors } = await polling({ method: 'POST', body }, '/news')
      expect(errors).toMatchObject([{ code: 'provider', provider: 'body' }])
    },
  )

  test('[no-url] url: one that has none any more is idle after a poll', async () => {
    let url: string | null = '/news'
    const { environment, client, emitted } = await polling({}, () => url)
    url = null
    await respond(environment, 'one')
    await environment.advance(60_000)
    expect(client.getSnapshot()).toMatchObject({ status: 'idle', error: undefined, data: 'one' })
    expect(emitted).toEqual(['open', 'message one', 'close 1000'])
    expect(environment.timers).toBe(0)
  })

  test('[close] close() while it runs sends no request, and aborts its signal', async () => {
    let resolve = (_: HeadersInit) => {}
    let signal: AbortSignal | undefined
    const { environment, client } = await polling({
      headers: (context) => {
        signal = context.signal
        return new Promise((settle) => (resolve = settle))
      },
    })
    client.close()
    expect(signal?.aborted).toBe(true)
    resolve({})
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(0)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })
})

describe('[fatal-errors] 401', () => {
  test('calls the credentials function once more at once, then is fatal', async () => {
    const { contexts, provider } = createProvider((turn) => ({ authorization: `Bearer ${turn}` }))
    const { environment, client } = await polling({ headers: provider })
    await respond(environment, '', { status: 401 })
    expect(environment.request.headers.get('authorization')).toBe('Bearer 2')
    expect(summaryOf(contexts)).toEqual([
      [0, undefined, undefined],
      [0, 'http', undefined],
    ])
    await respond(environment, '', { status: 401 })
    const error = { code: 'http', status: 401 }
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'fatal', error } })
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(2)
  })

  test('and once more after a good response, with the same cursor', async () => {
    const { provider } = createProvider((turn) => ({ authorization: `Bearer ${turn}` }))
    const { environment, client } = await polling({ headers: provider, cursor })
    for (const next of [1, 2, 3]) {
      await respond(environment, { next })
      // After the first two renewals, there is at most one in ten seconds.
      if (next === 3) await environment.advance(10_000)
      await respond(environment, '', { status: 401 })
      expect(client.getSnapshot().status).toBe('connecting')
    }
    await respond(environment, { next: 4 })
    expect(searches(environment)).toEqual(['', 1, 1, 2, 2, 3, 3, 4].map((at) => at && `?since=${at}`))
    expect(client.getSnapshot()).toMatchObject({ status: 'open', cursor: '4' })
  })

  test('[renewal-limit] news and 401 in turn renew twice at once, then every ten seconds', async () => {
    const { provider } = createProvider((turn) => ({ authorization: `Bearer ${turn}` }))
    const { environment, client, errors } = await polling({ headers: provider, cursor })
    let next = 0
    let renewals = 0
    for (const end = environment.now() + 60_000; environment.now() < end;) {
      const { length } = environment.requests
      await (renewals === next
        ? respond(environment, { next: ++next })
        : respond(environment, '', { status: 401 }))
      if (errors.length > renewals) renewals = errors.length
      while (environment.requests.length === length && environment.now() < end) await environment.advance(100)
    }
    expect(environment.requests.length).toBeLessThan(20)
    expect(renewals).toBeGreaterThan(5)
    expect(renewals).toBeLessThan(9)
    expect(client.getSnapshot()).toMatchObject({ closed: undefined })
  })

  test('[renewal-limit] without retries, a renewal that would have to wait is fatal', async () => {
    const { provider } = createProvider(() => ({}))
    const { environment, client } = await polling({ headers: provider, cursor, retry: false })
    for (let next = 1; next < 3; next++) {
      await respond(environment, { next })
      await respond(environment, '', { status: 401 })
    }
    await respond(environment, { next: 3 })
    expect(client.getSnapshot()).toMatchObject({ status: 'open', cursor: '3' })
    await respond(environment, '', { status: 401 })
    expect(client.getSnapshot().closed).toMatchObject({ by: 'fatal', error: { status: 401 } })
  })

  test('[renewal-limit] a burst of news that is interrupted by 401 is still braked', async () => {
    const { provider } = createProvider(() => ({}))
    const { environment } = await polling({ headers: provider, cursor })
    const serve = async (from: number, count: number) => {
      for (let next = from; next < from + count; next++) await respond(environment, { next })
    }
    await serve(1, 80)
    await respond(environment, '', { status: 401 })
    await serve(81, 21)
    expect(environment.requests).toHaveLength(102)
    await environment.advance(9)
    expect(environment.requests).toHaveLength(102)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(103)
  })

  test('not because it has been held', async () => {
    const { provider } = createProvider(() => ({}))
    const { environment, client } = await polling({ headers: provider })
    for (let turn = 0; turn < 2; turn++) {
      await environment.advance(5000)
      await respond(environment, '', { status: 401 })
    }
    expect(client.getSnapshot().closed?.by).toBe('fatal')
  })

  test('is fatal without a credentials function', async () => {
    const { environment, client } = await polling({ headers: { authorization: 'Bearer 1' } })
    await respond(environment, '', { status: 401 })
    expect(client.getSnapshot().closed?.by).toBe('fatal')
    expect(environment.requests).toHaveLength(1)
  })
})

describe('what is sent', () => {
  test('by default: GET, no cache, no cookies to other origins, and Accept for JSON', async () => {
    const { environment } = await polling()
    const { init, headers } = environment.request
    expect(init).toMatchObject({ method: 'GET', body: null, cache: 'no-store', credentials: 'same-origin' })
    expect([...headers]).toEqual([['accept', 'application/json, text/plain;q=0.9, */*;q=0.8']])
  })

  test.each<[options: PollOptions, type: string | null]>([
    [{ body: { a: 1 } }, 'application/json'],
    [{ body: '{"a":1}' }, 'application/json'],
    [{ body: 'a=1' }, null],
    [{ body: { a: 1 }, headers: { 'content-type': 'application/vnd.x+json' } }, 'application/vnd.x+json'],
  ])('%o has the type %s', async (options, type) => {
    const { environment } = await polling({ method: 'post', credentials: 'include', ...options })
    expect(environment.request.method).toBe('POST')
    expect(environment.request.init.credentials).toBe('include')
    expect(environment.request.headers.get('content-type')).toBe(type)
  })
})
