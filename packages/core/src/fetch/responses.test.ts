import { describe, expect, test } from 'vitest'
import { binary, json, text } from '../shared/codec.ts'
import { createFetch } from './index.ts'
import { client, createEnvironment, mountFetch, respond } from '../../test/fetch/harness.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

/** A schema that transforms a number to a date. */
const dateSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) => ({ value: new Date(Number(value)) }),
  },
} as const

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

describe('[equal-responses] the same bytes read by the same codec are the same object', () => {
  test.each([
    ['bytes', undefined, 'application/octet-stream'],
    ['bytes of binary()', binary(), 'text/plain'],
    ['what a codec creates', { decode: (raw: unknown) => new Map([[1, raw]]) }, 'text/plain'],
    ['what a schema transforms', json(dateSchema), 'application/json'],
  ])('%s', async (_, codec, type) => {
    const environment = createEnvironment()
    const { observer, shown } = mountFetch(environment, '/user', { codec })
    const receive = async (body: string) => {
      void observer.refetch()
      await environment.advance(0)
      await respond(environment, new TextEncoder().encode(body), { headers: { 'content-type': type } })
      return observer.getSnapshot().data
    }
    const data = await receive('1')
    const { length } = shown
    expect(await receive('1')).toBe(data)
    expect(shown).toHaveLength(length)
    const next = await receive('2')
    expect(next).not.toBe(data)
    expect(await receive('1')).not.toBe(next)
  })

  test('but another codec reads them again', async () => {
    const environment = createEnvironment()
    const { observer, setOptions } = mountFetch(environment, '/user', { codec: { decode: () => 'old' } })
    await environment.advance(0)
    await respond(environment, 'Ada')
    setOptions('/user', { codec: { decode: () => 'new' } })
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, 'Ada')
    expect(observer.getSnapshot().data).toBe('new')
  })

  test('an error is not kept', async () => {
    const environment = createEnvironment()
    let mustFail = true
    const decode = () => {
      if (mustFail) throw new Error('not yet')
      return 'Ada'
    }
    const { observer } = mountFetch(environment, '/user', { codec: { decode } })
    await environment.advance(0)
    await respond(environment, 'Ada')
    expect(observer.getSnapshot().status).toBe('error')
    mustFail = false
    void observer.refetch()
    await environment.advance(0)
    await respond(environment, 'Ada')
    expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
  })
})

describe('[react-native] a response without a stream', () => {
  const receive = async (bytes: Uint8Array<ArrayBuffer>, type: string, options = {}) => {
    const headers = new Headers({ 'content-type': type, 'content-length': String(bytes.length) })
    const fetch = () => {
      const whole = new Response(bytes)
      const response = {
        ok: true,
        status: 200,
        url: '',
        headers,
        text: () => whole.text(),
        arrayBuffer: () => whole.arrayBuffer(),
      }
      return Promise.resolve(response as unknown as Response) // without a body
    }
    const environment = { fetch, baseUrl: 'https://test.example' }
    return createFetch('/file', { environment, retry: false, ...options }).execute()
  }

  test('gives binary() its exact bytes, whatever its type', async () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0xff, 0x80)
    for (const type of ['text/csv', 'application/json', 'application/zip'])
      expect(new Uint8Array((await receive(bytes, type, { codec: binary() })) as ArrayBuffer)).toEqual(bytes)
  })

  test('is not cut off if its text begins with a byte order mark, which text() removes', async () => {
    const bytes = new TextEncoder().encode('\ufeff{"name":"Müller"}')
    expect(await receive(bytes, 'application/json')).toEqual({ name: 'Müller' })
  })

  test('[fetch-errors] has at most maxBodyBytes, in bytes and not in characters', async () => {
    const bytes = new TextEncoder().encode('Mü')
    for (const type of ['text/plain', 'application/zip']) {
      expect(await receive(bytes, type, { maxBodyBytes: 3, codec: text() })).toBe('Mü')
      await expect(receive(bytes, type, { maxBodyBytes: 2 })).rejects.toMatchObject({ code: 'too-large' })
    }
  })
})

test('[fetch-errors] a stream has at most maxBodyBytes, in bytes and however it is cut', async () => {
  const fetchParts = async (parts: readonly (string | Uint8Array)[], maxBodyBytes: number) => {
    const environment = createEnvironment()
    const result = client(environment, '/user', { maxBodyBytes, retry: false }).execute()
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'text/plain' } })
    for (const part of parts) environment.request.write(part)
    environment.request.end()
    await environment.advance(0)
    return result
  }
  for (const parts of [['Mü'], ['M', Uint8Array.of(0xc3), Uint8Array.of(0xbc)], ['M', 'ü', '']]) {
    expect(await fetchParts(parts, 3)).toBe('Mü')
    await expect(fetchParts(parts, 2)).rejects.toMatchObject({ code: 'too-large', limit: 2 })
  }
})
