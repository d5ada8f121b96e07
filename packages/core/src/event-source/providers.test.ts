import { describe, expect, test, vi } from 'vitest'
import { expectNoUnhandledRejection } from '../../test/common/rejections.ts'
import {
  NOTHING,
  type StreamOptions,
  respond,
  requesting,
  block,
  leftovers,
  streaming,
} from '../../test/event-source/harness.ts'
import type { AttemptContext } from '../shared/attempt.ts'

expectNoUnhandledRejection()

const boom = new Error('boom')
const fail = (): never => {
  throw boom
}
const never = () => new Promise<never>(() => {})
const POST = { method: 'POST' }
const refused = { status: 401, headers: {} }

describe('[option-functions] a URL, header or body function', () => {
  test('runs before every attempt, and gets its number, the last error and the last event ID', async () => {
    const received: Record<string, AttemptContext[]> = { url: [], headers: [], body: [] }
    const recordContext = (name: string) => (context: AttemptContext) => (
      received[name]?.push(context),
      received[name]?.length
    )
    const { client, environment, write } = await requesting(
      {
        method: 'PUT',
        headers: (context) => ({ 'x-try': String(recordContext('headers')(context)) }),
        body: async (context) => `body ${recordContext('body')(context)}`,
      },
      (context) => `/news/${recordContext('url')(context)}`,
    )
    environment.request.fail()
    await environment.advance(0)
    const first = client.getSnapshot().error
    await environment.advance(500)
    await respond(environment)
    await write(block('a', { id: '7' }))
    environment.request.fail()
    await environment.advance(0)
    const second = client.getSnapshot().error
    await environment.advance(8000)
    const wanted = [
      { attempt: 0, previous: undefined, lastEventId: undefined },
      { attempt: 1, previous: first, lastEventId: undefined },
      { attempt: 2, previous: second, lastEventId: '7' },
    ]
    for (const contexts of Object.values(received)) expect(contexts).toMatchObject(wanted)
    const sent = environment.requests.map(({ url, headers, body }) => [
      url.slice(-1),
      headers.get('x-try'),
      body,
    ])
    expect(sent).toEqual([
      ['1', '1', 'body 1'],
      ['2', '2', 'body 2'],
      ['3', '3', 'body 3'],
    ])
  })

  test('is always the newest that was passed, and a new one never requests again', async () => {
    const { client, environment } = await streaming({ headers: () => ({ a: '1' }) })
    client.setOptions('/news', { environment, headers: async () => new Headers({ a: '2' }) })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    environment.request.fail()
    await environment.advance(500)
    expect(environment.requests.map(({ headers }) => headers.get('a'))).toEqual(['1', '2'])
  })

  test.each<[string, StreamOptions, string]>([
    ['throws', { headers: fail }, 'headers'],
    ['rejects', { headers: () => Promise.reject(boom) }, 'headers'],
    ['throws for the body', { ...POST, body: fail }, 'body'],
    ['rejects for the body', { ...POST, body: () => Promise.reject(boom) }, 'body'],
    [
      'throws for one and rejects for the other',
      { ...POST, headers: fail, body: () => Promise.reject(boom) },
      'headers',
    ],
  ])('that %s is a failed attempt', async (_, options, provider) => {
    const { client, environment, emitted } = await requesting(options)
    expect(client.getSnapshot()).toMatchObject({
      status: 'backoff',
      error: { code: 'provider', provider, thrown: boom },
    })
    expect([emitted, environment.requests]).toEqual([['error provider', 'retry 1'], []])
    client.close()
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('[no-url] that fails while the URL function returns nothing is no failure', async () => {
    const headers = () => {
      throw new Error('no token')
    }
    const { client, environment, errors } = await requesting({ headers }, async () => null)
    await environment.advance(60_000)
    expect([client.getSnapshot(), errors]).toMatchObject([{ status: 'idle', error: undefined }, []])
  })

  test.each([undefined, null])(
    'that returns %o: no headers; for a body a failed attempt',
    async (nothing) => {
      const { environment } = await requesting({ headers: () => nothing })
      expect([...environment.request.headers.keys()]).toEqual(['accept'])
      const returnNothing = (() => nothing) as never // what the types would not let through
      const { client } = await requesting({ ...POST, body: returnNothing })
      expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'provider' } })
      client.close()
    },
  )

  test('may return an empty body', async () => {
    const { environment } = await requesting({ ...POST, body: () => '' })
    expect(environment.request.body).toBe('')
  })

  test('[connect-timeout] that never settles is aborted after timeout.connect, and requested again', async () => {
    const headers = vi.fn<(context: AttemptContext) => Promise<never>>(never)
    const { client, environment } = await requesting({ headers })
    await environment.advance(9999)
    expect(client.getSnapshot().status).toBe('connecting')
    await environment.advance(1)
    expect([client.getSnapshot().status, headers.mock.calls[0]?.[0].signal.aborted]).toEqual([
      'backoff',
      true,
    ])
    await environment.advance(500)
    expect(headers).toHaveBeenCalledTimes(2)
    client.close()
    expect(headers.mock.calls[1]?.[0].signal.aborted).toBe(true)
  })

  test('[close] that resolves after close() sends no request', async () => {
    let returnNothing = (_: Record<string, string>) => {}
    const { client, environment, emitted } = await requesting({
      headers: () => new Promise<Record<string, string>>((resolve) => (returnNothing = resolve)),
    })
    client.close()
    returnNothing({})
    await environment.advance(600_000)
    expect([environment.requests, emitted, leftovers(environment)]).toEqual([[], [], NOTHING])
  })

  test('that throws after close() emits no error', async () => {
    let fall = (_: unknown) => {}
    const { client, environment, emitted } = await requesting({
      headers: () => new Promise<never>((_, reject) => (fall = reject)),
    })
    client.close()
    fall(boom)
    await environment.advance(600_000)
    expect([emitted, environment.errors]).toEqual([[], []])
  })
})

describe('[fatal-errors] 401', () => {
  test('calls the functions once more, without a delay, then is final', async () => {
    let token = 0
    const received: unknown[] = []
    const { client, environment, emitted } = await requesting({
      headers({ previous }) {
        received.push(previous)
        return { authorization: `Bearer ${++token}` }
      },
    })
    await respond(environment, refused)
    expect(environment.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer 1',
      'Bearer 2',
    ])
    expect(received).toMatchObject([undefined, { code: 'http', status: 401 }])
    await respond(environment, refused)
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'fatal', error: { code: 'http', status: 401 } },
    })
    expect(emitted).toEqual(['error http', 'error http'])
    expect([environment.requests.length, leftovers(environment)]).toEqual([2, NOTHING])
  })

  test.each<[string, Parameters<typeof requesting>]>([
    ['a URL', [{}, () => '/news']],
    ['a body', [{ ...POST, body: () => 'x' }]],
  ])('the same with %s by a function', async (_, given) => {
    const { environment } = await requesting(...given)
    await respond(environment, refused)
    expect(environment.requests).toHaveLength(2)
  })

  test('and once more after a useful stream', async () => {
    const { client, environment } = await requesting({ headers: () => ({}) })
    await respond(environment, refused)
    await respond(environment)
    await environment.advance(5000)
    environment.request.fail()
    await environment.advance(500)
    await respond(environment, refused)
    expect([environment.requests.length, client.getSnapshot().status]).toEqual([4, 'connecting'])
  })

  test('403 does not', async () => {
    const { client, environment } = await requesting({ headers: () => ({}) })
    await respond(environment, { status: 403, headers: {} })
    expect([environment.requests.length, client.getSnapshot().closed?.by]).toEqual([1, 'fatal'])
  })
})
