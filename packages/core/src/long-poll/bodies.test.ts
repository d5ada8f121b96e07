import { describe, expect, test } from 'vitest'
import { type ResponseHead, respond, polling, searches } from '../../test/long-poll/harness.ts'
import { binary, json } from '../shared/codec.ts'
import { query } from './index.ts'

/** A poll that has had one response, by which its cursor is 1. */
async function begun() {
  const cursor = query('since', (body) => body?.next)
  const set = await polling({ cursor, messages: (body) => body.list ?? [] })
  await respond(set.environment, { next: 1, list: ['first'] })
  return set
}

describe('a page of HTML', () => {
  const page: ResponseHead = { headers: { 'content-type': 'Text/HTML; charset=utf-8' } }

  test('may come from a captive portal, and is retried', async () => {
    const { environment, client, errors } = await begun()
    await respond(environment, '<h1>Log in</h1>', page)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1, data: 'first', cursor: '1' })
    expect(errors).toMatchObject([{ code: 'content-type', contentType: 'Text/HTML; charset=utf-8' }])
    expect(environment.request.cancelled).toBe(true)
    await environment.advance(500)
    expect(environment.requests).toHaveLength(3)
  })

  test.each(['text/html', 'application/json, TEXT/HTML;q=0.5'])(
    'unless it is requested: %s',
    async (accept) => {
      const { environment, client } = await polling({ headers: { accept } })
      await respond(environment, '<p>news</p>', page)
      expect(client.getSnapshot()).toMatchObject({ status: 'open', data: '<p>news</p>' })
    },
  )
})

describe('a body', () => {
  test.each(['text/csv', 'application/json', 'image/svg+xml', 'text/plain; charset=iso-8859-1', ''])(
    '[binary-bodies] of the type "%s" gives its exact bytes to binary()',
    async (type) => {
      const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0xe9, 0x2c, 0xff)
      const { environment, client, errors } = await polling({ codec: binary() })
      environment.request.respond({ headers: type ? { 'content-type': type } : {} })
      environment.request.write(bytes)
      environment.request.end()
      await environment.advance(0)
      expect(client.getSnapshot().data).toEqual(bytes.buffer)
      expect(errors).toEqual([])
    },
  )

  test('that breaks off is requested again, and nothing of it is delivered', async () => {
    const { environment, client, emitted } = await begun()
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    environment.request.write('{"next": 2, "list": ["sec')
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(500)
    expect(emitted).toEqual(['open', 'message first', 'close 1006 unclean', 'error closed', 'retry 1'])
    expect(client.getSnapshot()).toMatchObject({ status: 'connecting', cursor: '1' })
    expect(searches(environment)).toEqual(['', '?since=1', '?since=1'])
  })

  test('that never ends is aborted with the request', async () => {
    const { environment, client } = await begun()
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    environment.request.write('{"next":')
    await environment.advance(89_999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'timeout' } })
    expect(environment.request.aborted).toBe(true)
  })

  test('[poll-heartbeat] that gets a line end every ten seconds is awaited for an hour', async () => {
    const { environment, client, emitted, errors } = await begun()
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    for (let seconds = 0; seconds < 3600; seconds += 10) {
      environment.request.write('\n')
      await environment.advance(10_000)
    }
    environment.request.write('{"next": 2, "list": ["second"]}\n')
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0, data: 'second', cursor: '2' })
    expect([emitted, errors]).toEqual([['open', 'message first', 'message second'], []])
    expect(environment.requests).toHaveLength(3)
  })

  test('[poll-heartbeat] that gets no more bytes is aborted after 90 seconds', async () => {
    const { environment, client } = await begun()
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    for (let count = 0; count < 20; count++) {
      await environment.advance(10_000)
      environment.request.write('\n')
    }
    await environment.advance(89_999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'timeout' } })
  })

  test('[poll-heartbeat] of JSON with only line ends is no message', async () => {
    const { environment, client, emitted } = await begun()
    await respond(environment, '\n\r\n \t', { headers: { 'content-type': 'application/json' } })
    expect(emitted).toEqual(['open', 'message first'])
    await environment.advance(1000)
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'first', cursor: '1' })
    expect(searches(environment)).toEqual(['', '?since=1', '?since=1'])
  })

  test.each(['text/plain', ''])(
    '[poll-heartbeat] of type %j with only line ends is no message for json()',
    async (type) => {
      const { client, emitted } = await polling({ codec: json() }).then(async (set) => {
        await respond(set.environment, '\n\n', { headers: { 'content-type': type } })
        return set
      })
      expect([emitted, client.getSnapshot().status]).toEqual([['open'], 'open'])
    },
  )

  test('[poll-heartbeat] that arrives slowly with an interval is awaited', async () => {
    const { environment, client } = await polling({ interval: 1000 })
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    for (const part of ['[', '1', ',', '2', ']']) {
      environment.request.write(part)
      await environment.advance(9000)
    }
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: [1, 2] })
  })

  test('above maxBodyBytes is refused, and not read to its end', async () => {
    const { environment, client } = await polling({ maxBodyBytes: 10 })
    await respond(environment, '0123456789')
    expect(client.getSnapshot().data).toBe('0123456789')
    await environment.advance(1000)
    environment.request.respond({ headers: { 'content-type': 'text/plain' } })
    environment.request.write('01234')
    environment.request.write('567890')
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({
      closed: { by: 'fatal', error: { code: 'too-large', limit: 10 } },
    })
    expect(environment.request.cancelled).toBe(true)
  })

  test('may arrive in thousands of chunks', async () => {
    const { environment, client } = await polling()
    environment.request.respond({ headers: { 'content-type': 'text/plain' } })
    const digits = Array.from({ length: 5000 }, (_, index) => String(index % 10))
    for (const digit of digits) {
      environment.request.write(digit)
      if (digit === '9') await environment.advance(0)
    }
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot().data).toBe(digits.join(''))
  })

  test('may be cut anywhere and begin with a byte order mark', async () => {
    const { environment, client } = await polling()
    const bytes = new TextEncoder().encode('\uFEFF{"text": "…é😀"}')
    environment.request.respond({ headers: { 'content-type': 'application/vnd.x+json; charset=utf-8' } })
    await environment.advance(0)
    for (const byte of bytes) environment.request.write(Uint8Array.of(byte))
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot().data).toEqual({ text: '…é😀' })
  })

  test.each<[type: string | undefined, is: 'object' | 'text' | 'bytes']>([
    ['application/json', 'object'],
    ['application/problem+json', 'object'],
    ['text/json', 'object'],
    ['text/plain', 'text'],
    ['text/csv; charset=utf-8', 'text'],
    ['application/atom+xml', 'text'],
    ['application/x-ndjson', 'text'],
    ['not a type', 'text'],
    ['application/octet-stream', 'bytes'],
    ['image/png', 'bytes'],
  ])('of the type %s', async (type, is) => {
    const { environment, client } = await polling()
    await respond(environment, '[1]', { headers: { 'content-type': type ?? '' } })
    const { data } = client.getSnapshot()
    const bytes = data instanceof ArrayBuffer ? new TextDecoder().decode(data) : undefined
    expect(bytes ?? data).toEqual(is === 'object' ? [1] : '[1]')
    expect(bytes !== undefined).toBe(is === 'bytes')
  })
})
