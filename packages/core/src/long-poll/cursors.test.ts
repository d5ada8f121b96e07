import { describe, expect, test } from 'vitest'
import { type PollOptions, respond, polling, searches } from '../../test/long-poll/harness.ts'
import {
  type Cursor,
  type CursorRequest,
  type CursorResponse,
  bodyField,
  count,
  fromHeader,
  header,
  query,
  validators,
} from './index.ts'

const DATE = 'Sat, 21 Nov 2026 09:00:00 GMT'

/** What the second request carries behind a response with these headers. */
async function sentBehind(headers: Record<string, string>) {
  const { environment, client } = await polling({ cursor: validators() })
  await respond(environment, 'one', { headers })
  await environment.advance(1000)
  const sent = environment.request.headers
  return [sent.get('if-none-match'), sent.get('if-modified-since'), client.getSnapshot().cursor]
}

describe('[cursor] validators', () => {
  test.each([
    ['a strong tag', '"a1"'],
    ['a weak one', 'W/"a1"'],
    ['one without quotes, as nchan has it', '3'],
    ['one with spaces and commas', '"a b, c"'],
    ['an empty one', '""'],
    ['one that looks like two', '"a" "b"'],
    ['one without quotes, with spaces', 'a b'],
  ])('%s, alone and with a date', async (_, etag) => {
    expect(await sentBehind({ etag })).toEqual([etag, null, etag])
    expect(await sentBehind({ etag, 'last-modified': DATE })).toEqual([etag, DATE, `${etag} ${DATE}`])
  })

  test('a date alone, and nothing', async () => {
    expect(await sentBehind({ 'last-modified': DATE })).toEqual([null, DATE, ` ${DATE}`])
    expect(await sentBehind({})).toEqual([null, null, undefined])
  })

  test.each([
    ['without headers', {}, '/news', 'no-cache', null],
    ['with credentials', { headers: { authorization: 'ada' } }, '/news', 'no-store', 'max-age=0'],
    ['with a key', { key: 'ada' }, '/news', 'no-store', 'max-age=0'],
    ['of another origin, without headers', {}, 'https://other.example/', 'no-cache', null],
    [
      'of another origin, with credentials',
      { headers: { authorization: 'ada' } },
      'https://other.example/',
      'no-store',
      null,
    ],
    ['with a header of its own', { headers: { 'cache-control': 'x' } }, '/news', 'no-store', 'x'],
  ] satisfies [string, PollOptions, string, string, string | null][])(
    '[poll-validation] a conditional poll %s lets the server respond with 304',
    async (_, options, url, mode, control) => {
      const { environment } = await polling({ cursor: validators(), ...options }, url)
      expect(environment.request.init.cache).toBe('no-store')
      await respond(environment, 'one', { headers: { etag: '"1"' } })
      await environment.advance(1000)
      expect(environment.request.init.cache).toBe(mode)
      expect(environment.request.headers.get('cache-control')).toBe(control)
    },
  )

  test.each([
    [200, '"1"', '"1"'],
    [200, 'W/"1"', 'W/"1"'],
    [206, '"1"', 'W/"1"'],
    [203, 'W/"1"', '"1"'],
  ])('[poll-validation] a %i with the tag that was sent is no message', async (status, first, second) => {
    const { environment, client, emitted } = await polling({ cursor: validators() })
    await respond(environment, 'one', { headers: { etag: first } })
    for (let count = 0; count < 3; count++) {
      await environment.advance(1000)
      await respond(environment, 'one', { status, headers: { etag: second } })
    }
    expect(emitted).toEqual(['open', 'message one'])
    expect(environment.requests).toHaveLength(5)
    await environment.advance(1000)
    await respond(environment, 'two', { headers: { etag: '"2"' } })
    expect(client.getSnapshot().data).toBe('two')
  })

  test('[poll-validation] the same tag with another date is a message', async () => {
    const { environment, emitted } = await polling({ cursor: validators() })
    for (const second of ['00', '01', '01']) {
      const date = `Sat, 21 Nov 2026 09:00:${second} GMT`
      await respond(environment, second, { headers: { etag: '0', 'last-modified': date } })
      await environment.advance(1000)
    }
    expect(emitted).toEqual(['open', 'message 00', 'message 01'])
  })

  test('[poll-validation] a tag that the cursor itself sends counts too', async () => {
    const cursor: Cursor = {
      write: ({ headers }, tag) => headers.set('if-none-match', tag),
      read: (_, { headers }) => headers.get('etag'),
    }
    const { environment, emitted } = await polling({ cursor })
    await respond(environment, 'one', { headers: { etag: '"1"' } })
    await environment.advance(1000)
    expect(environment.request.init.cache).toBe('no-cache')
    await respond(environment, 'one', { headers: { etag: '"1"' } })
    expect(emitted).toEqual(['open', 'message one'])
  })

  test('resumes from a saved cursor', async () => {
    for (const initialCursor of ['"a b"', `"a b" ${DATE}`, ` ${DATE}`]) {
      const { environment } = await polling({ cursor: validators(), initialCursor })
      const { headers } = environment.request
      const sent = [headers.get('if-none-match'), headers.get('if-modified-since')].filter(Boolean)
      expect(sent).toEqual([/"a b"/, /Sat.*/].flatMap((part) => part.exec(initialCursor)?.[0] ?? []))
    }
  })
})

describe('[cursor] a query parameter', () => {
  test.each([
    ['/news', '?since=2'],
    ['/news?', '?since=2'],
    ['/news?since=1', '?since=2'],
    ['/news?sig=a+b%7E&since=1&empty=&flag&since=0', '?sig=a+b%7E&empty=&flag&since=2'],
    ['/news?%73ince=1&x=%zz', '?x=%zz&since=2'],
  ])('of %s: the others stay as they are written', async (url, search) => {
    const { environment } = await polling({ cursor: query('since', () => 2) }, url)
    await respond(environment, {})
    expect(searches(environment).at(-1)).toBe(search)
  })

  test('of any name and text', async () => {
    const { environment } = await polling({ cursor: query('a&b', () => 'é=&+ #1') })
    await respond(environment, {})
    expect(new URL(environment.request.url).searchParams.get('a&b')).toBe('é=&+ #1')
  })
})

describe('[cursor] a header', () => {
  test('as UTF-8, over what `headers` has', async () => {
    const { environment } = await polling({
      cursor: header('X-Cursor', () => 'é…😀'),
      headers: { 'x-cursor': 'start', 'x-token': 't' },
    })
    expect(environment.request.headers.get('x-cursor')).toBe('start')
    await respond(environment, {})
    const { headers } = environment.request
    const bytes = Uint8Array.from(headers.get('x-cursor') ?? '', (char) => char.charCodeAt(0))
    expect(new TextDecoder().decode(bytes)).toBe('é…😀')
    expect(headers.get('x-token')).toBe('t')
  })

  test.each([
    ['header()', header('X-Cursor', () => 'a\u007f')],
    [
      'another cursor',
      { write: ({ headers }: CursorRequest) => headers.set('x', '\u001b'), read: () => 'a' },
    ],
  ])(
    '%s with a control character fails and is named, since Node sends no such request',
    async (_, cursor) => {
      const { environment, errors } = await polling({ cursor })
      await respond(environment, {})
      await environment.advance(100)
      expect(errors).toMatchObject([{ code: 'provider', provider: 'cursor.write' }])
      expect(environment.requests).toHaveLength(1)
    },
  )

  test('of the response: fromHeader()', async () => {
    const { environment, client } = await polling({ cursor: query('index', fromHeader('X-Index')) })
    await respond(environment, [], { headers: { 'x-index': '42' } })
    expect(searches(environment)).toEqual(['', '?index=42'])
    await respond(environment, [])
    expect(client.getSnapshot().cursor).toBe('42')
  })
})

describe('[cursor] a field of the body', () => {
  const cursor = bodyField('since', (body) => body.next)
  const bodies = ({ requests }: { readonly requests: readonly { readonly body: unknown }[] }) =>
    requests.map(({ body }) => body)

  test.each<[name: string, given: PollOptions['body'], sent: unknown[]]>([
    ['beside others', { room: 1, since: 0 }, ['{"room":1,"since":0}', '{"room":1,"since":"7"}']],
    ['alone', undefined, [null, '{"since":"7"}']],
    ['of what a function gives', () => ({ room: 2 }), ['{"room":2}', '{"room":2,"since":"7"}']],
  ])('%s', async (_, body, sent) => {
    const { environment } = await polling({ cursor, method: 'POST', body })
    await respond(environment, { next: 7 })
    expect(bodies(environment)).toEqual(sent)
    expect(environment.request.headers.get('content-type')).toBe('application/json')
  })

  test.each<[name: string, options: PollOptions]>([
    ['a text', { method: 'POST', body: 'room=1' }],
    ['a list', { method: 'POST', body: [1] }],
    ['URLSearchParams', { method: 'POST', body: new URLSearchParams('room=1') }],
    ['none, with a method that has none', {}],
    ['none, with HEAD', { method: 'head' }],
  ])('of %s is refused', async (_, options) => {
    const { environment, client } = await polling({ cursor, ...options })
    await respond(environment, { next: 7 })
    expect(client.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'fatal', error: { code: 'bad-option', option: 'cursor' } },
    })
    expect(environment.requests).toHaveLength(1)
  })

  test('leaves the rest of the body as it was', async () => {
    const body = Object.freeze({ room: 1 })
    const { environment } = await polling({ cursor, method: 'POST', body })
    await respond(environment, { next: 7 })
    expect(body).toEqual({ room: 1 })
  })
})

describe('[cursor] the number of received messages', () => {
  test('count()', async () => {
    const { environment } = await polling({ cursor: query('offset', count()), messages: (body) => body })
    await respond(environment, ['a', 'b'])
    await respond(environment, ['c'])
    expect(searches(environment)).toEqual(['', '?offset=2', '?offset=3'])
    await respond(environment, [])
    await environment.advance(1000)
    expect(searches(environment).at(-1)).toBe('?offset=3')
  })

  test('continues from initialCursor', async () => {
    const { environment } = await polling({ cursor: query('offset', count()), initialCursor: '40' })
    await respond(environment, 'a')
    expect(searches(environment)).toEqual(['?offset=40', '?offset=41'])
  })
})

describe('[cursor] a pair of functions', () => {
  test('writes to the request itself, and reads the whole response', async () => {
    const calls: [body: unknown, respond: CursorResponse][] = []
    const cursor: Cursor = {
      write(request, cursor) {
        request.url.pathname = `/news/${cursor}`
        request.headers.set('x-cursor', cursor)
        request.body = { cursor }
      },
      read: (body, from) => (calls.push([body, from]), from.headers.get('x-next')),
    }
    const messages = (body: readonly unknown[]) => body
    const { environment } = await polling({ cursor, messages, method: 'PUT' }, '/news#part')
    const { request } = environment
    request.respond({ url: 'https://b.example/', headers: { 'x-next': 'n1', 'content-type': 'text/json' } })
    await environment.advance(0)
    request.write('["a", "b"]')
    request.end()
    await environment.advance(0)
    const [body, from] = calls[0] ?? []
    expect(body).toEqual(['a', 'b'])
    expect(from).toMatchObject({ status: 200, url: 'https://b.example/', messages: 2, cursor: undefined })
    expect(environment.request).toMatchObject({
      url: 'https://test.example/news/n1',
      body: '{"cursor":"n1"}',
    })
    expect(environment.request.headers.get('x-cursor')).toBe('n1')
    await respond(environment, ['c'], { status: 201 })
    expect(calls[1]?.[1]).toMatchObject({ status: 201, messages: 1, cursor: 'n1' })
  })
})

describe('what is read', () => {
  test.each<[read: unknown, search: string]>([
    [undefined, '?since=1'],
    [null, '?since=1'],
    [Number.NaN, '?since=1'],
    [0, '?since=0'],
    ['', '?since='],
    [-1, '?since=-1'],
    [1e21, '?since=1e%2B21'],
  ])('%s', async (read, search) => {
    const { environment } = await polling({ cursor: query('since', (body) => body.next) })
    await respond(environment, { next: 1 })
    // What JSON has no word for.
    const cursor = query('since', () => read as string)
    const again = await polling({ cursor, initialCursor: '1' })
    await respond(again.environment, {})
    await again.environment.advance(1000)
    expect(searches(again.environment)).toEqual(['?since=1', search])
  })
})

describe('a function that throws', () => {
  const cause = new Error('oh')
  const fail = () => {
    throw cause
  }

  test.each(['read', 'write'] as const)(
    '%s: a failed attempt, and no message of the response is delivered',
    async (how) => {
      const cursor: Cursor = { write: () => {}, read: () => 'next', [how]: fail }
      const { environment, client, errors, emitted } = await polling({ cursor, retry: { delay: () => 1000 } })
      await respond(environment, 'one')
      const name = `cursor.${how}`
      expect(errors).toMatchObject([{ code: 'provider', provider: name, thrown: cause }])
      expect(errors[0]?.message).toContain(`The ${name} function failed`)
      expect(emitted.includes('message one')).toBe(how === 'write')
      expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
      await environment.advance(999)
      expect(environment.requests).toHaveLength(1)
      await environment.advance(1)
      expect(environment.requests).toHaveLength(how === 'read' ? 2 : 1)
    },
  )

  test('its error is ignored for a response without a body', async () => {
    const cursor = query('since', (body) => body.next.deeply)
    const { environment, client } = await polling({ cursor })
    await respond(environment, undefined)
    expect(client.getSnapshot()).toMatchObject({ status: 'open', error: undefined })
  })

  test('an unknown cursor is not sent', async () => {
    const { environment, client } = await polling({ cursor: { write: fail, read: () => undefined } })
    await respond(environment, 'one')
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    expect(client.getSnapshot().error).toBeUndefined()
  })
})
