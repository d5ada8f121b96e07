import { describe, expect, test } from 'vitest'
import { binary, json, text } from '../shared/codec.ts'
import { client, createEnvironment, mountFetch, respond } from '../../test/fetch/harness.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

describe('[empty-body] an empty body', () => {
  test.each([200, 201, 202])('of a %i with json() is nothing, and no error', async (status) => {
    const environment = createEnvironment()
    for (const headers of [
      JSON_TYPE,
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x' },
    ]) {
      const save = client(environment, '/user', { method: 'POST', body: {}, codec: json() })
      const done = save.execute()
      await environment.advance(0)
      await respond(environment, '', { status, headers: { ...headers, 'content-length': '0' } })
      expect(await done).toBeUndefined()
      expect(save.getSnapshot()).toMatchObject({ status: 'success', data: undefined, error: undefined })
    }
  })

  test('is an empty text with text(), and no bytes with binary()', async () => {
    const environment = createEnvironment()
    const one = client(environment, '/a', { codec: text() }).execute()
    await environment.advance(0)
    await respond(environment, '', { headers: JSON_TYPE })
    expect(await one).toBe('')
    const other = client(environment, '/b', { codec: binary() }).execute()
    await environment.advance(0)
    await respond(environment, '', { headers: JSON_TYPE })
    expect(await other).toEqual(new ArrayBuffer(0))
  })
})

describe('[charsets] the charset of a text', () => {
  const latin1 = Uint8Array.of(0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72)
  const fetchText = async (type: string, bytes: Uint8Array, options = {}) => {
    const environment = createEnvironment()
    const done = client(environment, '/text', options).execute()
    await environment.advance(0)
    await respond(environment, bytes, { headers: { 'content-type': type } })
    return done
  }

  test.each([
    'text/plain; charset=iso-8859-1',
    'text/csv;charset="ISO-8859-1"',
    'Text/HTML; header=x; Charset=latin1',
    'application/xml; charset=windows-1252',
  ])('%s', async (type) => {
    const options = { headers: { accept: 'text/html' } }
    expect(await fetchText(type, latin1, options)).toBe('Müller')
    expect(await fetchText(type, latin1, { ...options, codec: text() })).toBe('Müller')
  })

  test('an unknown one and a missing one are UTF-8', async () => {
    const bytes = new TextEncoder().encode('Müller')
    for (const type of ['text/plain', 'text/plain; charset=klingon', 'text/plain; charset=UTF-8'])
      expect(await fetchText(type, bytes)).toBe('Müller')
  })

  test('JSON is UTF-8 whatever its label says', async () => {
    const bytes = new TextEncoder().encode('"Müller"')
    for (const type of ['application/json; charset=iso-8859-1', 'application/problem+json; charset=utf-16'])
      for (const codec of [undefined, json()]) expect(await fetchText(type, bytes, { codec })).toBe('Müller')
  })

  test('a codec can ask for bytes and is told the type', async () => {
    const type = 'text/plain; charset=ISO-8859-1; boundary="a"'
    const decode = (raw: unknown, info: unknown) => [raw, info]
    const [bytes, info] = (await fetchText(type, latin1, {
      codec: { binaryType: 'arraybuffer', decode },
    })) as unknown[]
    expect(bytes).toEqual(latin1.buffer)
    expect(info).toEqual({ contentType: type })
    expect(await fetchText(type, latin1, { codec: { decode } })).toEqual(['Müller', { contentType: type }])
  })
})

describe('[cut-off] a body that was cut off', () => {
  const retry = { limit: 1, delay: () => 1000 }
  const cases = [
    ['JSON that ends inside a value', '{"name":"Ad', JSON_TYPE],
    ['shorter than Content-Length', '[1]', { ...JSON_TYPE, 'content-length': '4' }],
    ['text shorter than Content-Length', 'abc', { 'content-type': 'text/plain', 'content-length': '10' }],
    ['empty in spite of Content-Length', '', { ...JSON_TYPE, 'content-length': '10' }],
  ] as const

  test.each(cases)('%s: is retried as a lost connection', async (_, body, headers) => {
    for (const codec of [undefined, json()]) {
      const environment = createEnvironment()
      const { observer, emitted } = mountFetch(environment, '/user', { codec, retry })
      await environment.advance(0)
      await respond(environment, body, { headers })
      expect(emitted).toEqual(['retry 1'])
      await environment.advance(1000)
      await respond(environment, { name: 'Ada' })
      expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })
    }
  })

  test.each(cases)('%s: a write is not repeated', async (_, body, headers) => {
    const environment = createEnvironment()
    const done = client(environment, '/user', { method: 'POST', retry }).execute()
    await environment.advance(0)
    await respond(environment, body, { headers })
    await expect(done).rejects.toMatchObject({ code: 'closed', wasClean: false })
    expect(environment.requests).toHaveLength(1)
  })

  test('a length is not believed of a compressed body, nor of a HEAD request', async () => {
    const environment = createEnvironment()
    const one = client(environment, '/a').execute()
    await environment.advance(0)
    await respond(environment, '{}', {
      headers: { ...JSON_TYPE, 'content-length': '22', 'content-encoding': 'gzip' },
    })
    expect(await one).toEqual({})
    const head = client(environment, '/b', { method: 'HEAD' }).execute()
    await environment.advance(0)
    await respond(environment, undefined, { headers: { ...JSON_TYPE, 'content-length': '22' } })
    expect(await head).toBeUndefined()
  })

  test.each(['{"a":1}}', "{'a':1}", '[1,]', 'nope'])(
    'JSON that is malformed otherwise is final: %s',
    async (body) => {
      for (const codec of [undefined, json()]) {
        const environment = createEnvironment()
        const { emitted } = mountFetch(environment, '/user', { codec, retry })
        await environment.advance(0)
        await respond(environment, body, { headers: JSON_TYPE })
        expect(emitted).toEqual(['error decode'])
      }
    },
  )

  test('a codec decodes each response once', async () => {
    const environment = createEnvironment()
    let calls = 0
    const codec = { ...json(), decode: (raw: unknown) => ++calls && JSON.parse(String(raw)) }
    const { observer } = mountFetch(environment, '/user', { codec })
    await environment.advance(0)
    await respond(environment, { name: 'Ada' })
    expect([observer.getSnapshot().data, calls]).toEqual([{ name: 'Ada' }, 1])
  })
})

describe('[html-instead] an HTML page in place of a response', () => {
  const html = { headers: { 'content-type': 'text/html; charset=utf-8' } }

  test('is final without a codec and with json(), and says at once what to look at', async () => {
    for (const codec of [undefined, json(), binary()]) {
      const environment = createEnvironment()
      const { observer, emitted } = mountFetch(environment, '/api/usrs', { codec })
      await environment.advance(0)
      await respond(environment, '<!doctype html>', html)
      expect(emitted).toEqual(['error content-type'])
      expect(observer.getSnapshot().error?.message).toMatch(/the URL.*development server.*login page/)
      await environment.advance(60_000)
      expect(environment.requests).toHaveLength(1)
    }
  })

  test('text() and a codec of one’s own take it', async () => {
    for (const codec of [text(), { decode: String }]) {
      const environment = createEnvironment()
      const { observer } = mountFetch(environment, '/page', { codec })
      await environment.advance(0)
      await respond(environment, '<p>Hi</p>', html)
      expect(observer.getSnapshot().data).toBe('<p>Hi</p>')
    }
  })

  test('an interval goes on', async () => {
    const environment = createEnvironment()
    const { observer } = mountFetch(environment, '/api/users', { refetchInterval: 10_000 })
    await environment.advance(0)
    await respond(environment, '<!doctype html>', html)
    await environment.advance(11_000)
    await respond(environment, { name: 'Ada' })
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: { name: 'Ada' } })
  })
})
