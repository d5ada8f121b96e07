import { isTautlineError, json, text } from '@tautline/core'
import * as v from 'valibot'
import { expect } from 'vitest'
import * as z from 'zod'
import type { FetchScenario } from './page.ts'
import { FOREIGN, createResponse } from './server.ts'

const User = z.object({ name: z.string(), age: z.number() })

export const responses: readonly FetchScenario[] = [
  {
    name: '[decoding] without a codec the content type selects JSON, text or bytes; an empty response has no data',
    async run(page) {
      const bytes = new Uint8Array([1, 2, 255])
      const responses: readonly (readonly [type: string, body: string | Uint8Array, data: unknown])[] = [
        ['application/json; charset=utf-8', '{"n":1}', { n: 1 }],
        ['application/vnd.api+json', '{"n":2}', { n: 2 }],
        ['text/csv', '1,2', '1,2'],
        ['application/octet-stream', bytes, bytes.buffer],
      ]
      for (const [index, [type, body, data]] of responses.entries()) {
        const one = await page.mountWithResponse(`/${index}`, body, {
          head: { headers: { 'content-type': type } },
        })
        expect(one.shown).toMatchObject({ status: 'success', data })
      }
      const one = await page.mountWithResponse('/none', undefined, { head: { status: 204 } })
      expect(one.shown).toMatchObject({ status: 'success', data: undefined })
    },
  },
  {
    name: '[decoding] json(schema) validates the response and returns the output of the schema, for zod and valibot',
    async run(page) {
      const dated = z.object({ at: z.string().transform((text) => text.length) })
      const one = await page.mountWithResponse('/zod', { at: '2026' }, { codec: json(dated) })
      expect(one.shown).toMatchObject({ status: 'success', data: { at: 4 } })
      const named = v.object({ name: v.pipe(v.string(), v.toUpperCase()) })
      const other = await page.mountWithResponse('/valibot', { name: 'ada' }, { codec: json(named) })
      expect(other.shown).toMatchObject({ status: 'success', data: { name: 'ADA' } })
    },
  },
  {
    name: '[decoding] [fetch-errors] a response the schema rejects is an error with raw text and issues, is not retried, and keeps the data',
    async run(page) {
      const errors: Error[] = []
      const options = { codec: json(User), onError: (error: Error) => errors.push(error) }
      const one = await page.mountWithResponse('/user', { name: 'Ada', age: 36 }, options)
      const promise = one.refetch()
      await page.respond({ name: 'Ada', age: 'old' })
      const [error] = errors
      await expect(promise).rejects.toBe(error)
      expect(one.shown).toEqual({ status: 'error', data: { name: 'Ada', age: 36 }, error })
      expect(error).toMatchObject({ code: 'decode', raw: '{"name":"Ada","age":"old"}' })
      expect(isTautlineError(error, 'decode') && error.issues).toMatchObject([{ path: ['age'] }])
      await page.advance(60_000)
      expect(page.requested).toHaveLength(2)
      void one.refetch()
      await page.respond({ name: 'Ada', age: 37 })
      expect(one.shown).toEqual({ status: 'success', data: { name: 'Ada', age: 37 }, error: undefined })
    },
  },
  {
    name: '[decoding] invalid JSON is an error with the raw text, with a codec and without',
    async run(page) {
      const head = { headers: { 'content-type': 'application/json' } }
      for (const options of [{}, { codec: json() }, { codec: json(User) }]) {
        const one = await page.mountWithResponse('/broken', '{name:', { ...options, head })
        expect(one.shown).toMatchObject({
          status: 'error',
          error: { code: 'decode', raw: '{name:' },
        })
        one.unmount()
      }
    },
  },
  {
    name: '[decoding] a custom codec decodes the response, and an exception in it is the cause of the error',
    async run(page) {
      const wrong = new Error('not a number')
      const codec = {
        decode(raw: unknown) {
          if (Number.isNaN(Number(raw))) throw wrong
          return Number(raw)
        },
      }
      const one = await page.mountWithResponse('/n', '42', { codec })
      expect(one.shown).toMatchObject({ status: 'success', data: 42 })
      const other = await page.mountWithResponse('/x', 'x', { codec })
      expect(other.shown).toMatchObject({
        status: 'error',
        error: { code: 'decode', thrown: wrong, raw: 'x' },
      })
    },
  },
  {
    name: '[decoding] with text() JSON stays text, and an empty body is an empty text',
    async run(page) {
      const one = await page.mountWithResponse('/raw', { n: 1 }, { codec: text() })
      expect(one.shown).toMatchObject({ status: 'success', data: '{"n":1}' })
      void one.refetch()
      await page.respond('')
      expect(one.shown).toEqual({ status: 'success', data: '', error: undefined })
    },
  },
  {
    name: '[fetch-errors] an HTTP error has status, headers and the parsed body',
    async run(page) {
      const one = await page.mountWithResponse(
        '/user',
        { reason: 'none such' },
        {
          head: { status: 404, headers: { 'x-trace': '7' } },
        },
      )
      const { error } = one.shown
      expect(one.shown).toMatchObject({ status: 'error', data: undefined })
      expect(error).toMatchObject({ code: 'http', status: 404, body: { reason: 'none such' } })
      if (!isTautlineError(error, 'http')) throw new Error('It is another error')
      expect(error.headers?.get('x-trace')).toBe('7')
      expect(error.problem).toBeUndefined()
      expect(error.message).toContain('404')
    },
  },
  {
    name: '[fetch-errors] the body of an HTTP error may be text, empty or of another type than declared',
    async run(page) {
      const bodies = [
        ['gone', 'text/plain', 'gone'],
        [undefined, '', undefined],
        ['<p>not json</p>', 'application/json', '<p>not json</p>'],
        ['<p>a page</p>', 'text/html', '<p>a page</p>'],
      ] as const
      for (const [index, [body, type, read]] of bodies.entries()) {
        const head = { status: 410, ...(type && { headers: { 'content-type': type } }) }
        const one = await page.mountWithResponse(`/${index}`, body, { head })
        expect(one.shown.error).toMatchObject({ code: 'http', status: 410, body: read })
      }
    },
  },
  {
    name: '[fetch-errors] problem+json is parsed, and its title is not in the error message',
    async run(page) {
      const problem = {
        type: 'https://test/out-of-credit',
        title: 'You do not have enough credit.',
        balance: 30,
      }
      const head = { status: 403, headers: { 'content-type': 'application/problem+json' } }
      const one = await page.mountWithResponse('/buy', problem, { head })
      expect(one.shown.error).toMatchObject({ code: 'http', status: 403, problem, body: problem })
      expect(one.shown.error?.message).toContain('403')
      expect(one.shown.error?.message).not.toContain('credit')
    },
  },
  {
    name: '[fetch-errors] network, timeout, abort, decode and HTTP errors have different codes',
    async run(page) {
      const never = { retry: false } as const
      page.server.onCall = ({ path }) => {
        if (path === '/network') return Response.error()
        if (path === '/http') return createResponse('no', { status: 500 })
        if (path === '/decode')
          return createResponse('{]', { headers: { 'content-type': 'application/json' } })
        return undefined
      }
      const codes = ['network', 'http', 'decode', 'timeout', 'abort'].map((path) => {
        const one = page.mount(`/${path}`, { ...never, enabled: false, timeout: { request: 5000 } })
        const code = one.execute().then(
          () => 'none',
          (error: unknown) => isTautlineError(error) && error.code,
        )
        return { one, code }
      })
      await page.until(() => expect(page.server.calls).toHaveLength(5))
      codes.at(-1)?.one.abort()
      await page.advance(5000)
      const received = await Promise.all(codes.map(({ code }) => code))
      expect(received).toEqual(['connect-failed', 'http', 'decode', 'timeout', 'aborted'])
      expect(codes.map(({ one }) => one.shown.status)).toEqual(['error', 'error', 'error', 'error', 'idle'])
    },
  },
  {
    name: '[fetch-errors] a CORS failure differs from a network failure',
    async run(page) {
      page.server.onCall = ({ method }) => (method === 'HEAD' ? createResponse() : Response.error())
      const one = page.mount(`${FOREIGN}/data`, { retry: false })
      await page.until(() =>
        expect(one.shown).toMatchObject({
          status: 'error',
          error: { code: 'cors', origin: FOREIGN },
        }),
      )
      page.server.drop()
      const other = page.mount(`${FOREIGN}/other`, { retry: false })
      await page.until(() =>
        expect(other.shown).toMatchObject({ status: 'error', error: { code: 'connect-failed' } }),
      )
    },
  },
  {
    name: '[fetch-errors] an HTML page instead of data is an error, as from a captive portal, unless Accept contains it',
    async run(page) {
      const head = { headers: { 'content-type': 'text/html' } }
      const one = await page.mountWithResponse('/portal', '<p>Log in</p>', { head, retry: false })
      expect(one.shown).toMatchObject({ status: 'error', data: undefined, error: { code: 'content-type' } })
      const other = await page.mountWithResponse('/page', '<p>Hello</p>', {
        head,
        headers: { accept: 'text/html' },
      })
      expect(other.shown).toMatchObject({ status: 'success', data: '<p>Hello</p>' })
    },
  },
  {
    name: '[base-url] a URL is put below baseUrl, and another baseUrl is requested anew',
    async run(page) {
      const one = page.mount('/users', { baseUrl: `${FOREIGN}/v1` })
      await page.until(() => expect(page.server.calls.map(({ url }) => url)).toEqual([`${FOREIGN}/v1/users`]))
      one.rerender('/users', { baseUrl: `${FOREIGN}/v2/` })
      await page.until(() => expect(page.server.calls.at(-1)?.url).toBe(`${FOREIGN}/v2/users`))
      const save = page.mount('/users', { baseUrl: `${FOREIGN}/v1`, enabled: false, method: 'POST' })
      save.execute({ url: '/drafts' }).catch(() => {})
      await page.until(() => expect(page.server.calls.at(-1)?.url).toBe(`${FOREIGN}/v1/drafts`))
    },
  },
  {
    name: '[fetch-errors] a response longer than maxBodyBytes is an error, and the rest is not read',
    async run(page) {
      const one = page.mount('/long', { maxBodyBytes: 10 })
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      const body = page.server.call.begin()
      body.write('0123456789')
      await page.settle()
      expect(one.shown.status).toBe('pending')
      body.write('!')
      await page.until(() =>
        expect(one.shown).toMatchObject({
          status: 'error',
          error: { code: 'too-large', limit: 10 },
        }),
      )
      await page.until(() => expect(page.server.unfinished).toEqual([]))
      await page.advance(60_000)
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: 'the response gives status, headers and final URL',
    async run(page) {
      const one = page.mount(
        '/created',
        { method: 'POST', enabled: false },
        { shows: ['status', 'response'] },
      )
      const promise = one.execute({ json: 1 })
      await page.respond({ id: 1 }, { status: 201, headers: { location: '/created/1' } })
      await promise
      expect(one.shown).toMatchObject({
        status: 'success',
        response: { status: 201, url: 'http://server.test/created' },
      })
      expect(one.shown.response?.headers.get('location')).toBe('/created/1')
    },
  },
  {
    name: 'a request has Accept and Content-Type; given headers have priority',
    async run(page) {
      const one = page.mount('/post', { method: 'post', enabled: false, headers: { 'x-own': 'mine' } })
      const bodies = [
        [{ json: { a: [1] } }, 'application/json', '{"a":[1]}'],
        [{ json: 'text' }, 'application/json', '"text"'],
        [{ json: null }, 'application/json', 'null'],
        [{ body: { a: 1 } }, 'application/json', '{"a":1}'],
        [
          { body: new URLSearchParams({ q: 'a b' }) },
          'application/x-www-form-urlencoded;charset=UTF-8',
          'q=a+b',
        ],
        [{ body: new Blob(['{}'], { type: 'x/blob' }) }, 'x/blob', '{}'],
        [{ body: Uint8Array.of(104, 105) }, null, 'hi'],
        [{ body: 'plain' }, 'text/plain;charset=UTF-8', 'plain'],
        [{ body: 'select', headers: { 'content-type': 'x/sql', accept: 'x/rows' } }, 'x/sql', 'select'],
      ] as const
      for (const [overrides, type, sent] of bodies) {
        const promise = one.execute(overrides)
        await page.respond('ok')
        await promise
        const { method, headers, body } = page.server.call
        expect([method, headers.get('content-type'), body]).toEqual(['POST', type, sent])
        expect(headers.get('x-own')).toBe('mine')
        expect(headers.get('accept')).toContain('headers' in overrides ? 'x/rows' : 'application/json')
      }
    },
  },
  {
    name: 'FormData is sent as multipart, and the next request sends the new one',
    async run(page) {
      const one = page.mount('/upload', { method: 'POST', enabled: false })
      for (const name of ['a.txt', 'b.txt']) {
        const body = new FormData()
        body.set('title', name)
        const promise = one.execute({ body })
        await page.respond('stored')
        await promise
        expect(page.server.call.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/)
        expect(page.server.call.body).toMatch(new RegExp(`name="title"\\s+${name}`))
      }
    },
  },
  {
    name: 'HEAD gives the headers and no body',
    async run(page) {
      const head = { headers: { 'x-total': '42', 'content-length': '1000' } }
      const one = await page.mountWithResponse(
        '/list',
        undefined,
        { method: 'HEAD', head },
        { shows: ['status', 'data', 'response'] },
      )
      expect(one.shown).toMatchObject({ status: 'success', data: undefined })
      expect(one.shown.response?.headers.get('x-total')).toBe('42')
    },
  },
  {
    name: '[safe-retries] a body function can return a stream, which is sent whole with each attempt',
    async run(page) {
      let streams = 0
      const body = () => {
        streams++
        return new ReadableStream<Uint8Array<ArrayBuffer>>({
          start(controller) {
            for (const piece of ['a', 'b', 'c']) controller.enqueue(new TextEncoder().encode(piece))
            controller.close()
          },
        })
      }
      page.server.refuse()
      const options = { method: 'PUT', enabled: false, body, retry: { delay: () => 100 } }
      const one = page.mount('/stream', options, { shows: ['status', 'waitingFor'] })
      const promise = one.execute()
      await page.until(() => expect(one.shown.waitingFor).toBe('timer'))
      page.server.accept()
      await page.advance(100)
      await page.respond('stored')
      await expect(promise).resolves.toBe('stored')
      expect(page.server.calls.map(({ body }) => body)).toEqual(['abc', 'abc'])
      expect(streams).toBe(2)
    },
  },
]
