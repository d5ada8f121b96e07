import { bearer, json, text } from '@tautline/core'
import { expect } from 'vitest'
import type { FetchScenario } from './page.ts'
import { createResponse } from './server.ts'

const components = [0, 1, 2]
const all = <Value>(value: Value) => components.map(() => value)
const success = (data: unknown) => ({ status: 'success', data, error: undefined })

const asText = text().decode

export const sharing: readonly FetchScenario[] = [
  {
    name: '[request-dedupe] [sharing] components with the same request share one request, one decode and one object, and each handler is called once',
    async run(page) {
      const received: string[] = []
      let decoded = 0
      const plain = json()
      const codec = {
        decode(raw: string | ArrayBuffer | Blob) {
          decoded++
          return plain.decode(raw)
        },
      }
      const ones = components.map((index) =>
        page.mount('/shared', {
          codec,
          onMessage: (message) => received.push(`${index} ${JSON.stringify(message)}`),
        }),
      )
      await page.respond({ n: 1 })
      expect(ones.map(({ shown }) => shown)).toEqual(all(success({ n: 1 })))
      for (const { shown } of ones) expect(shown.data).toBe(ones[0]?.shown.data)
      expect(received).toEqual(['0 {"n":1}', '1 {"n":1}', '2 {"n":1}'])
      expect(decoded).toBe(1)
      expect(page.requested).toEqual(['GET /shared'])
    },
  },
  {
    name: '[sharing] each component decodes the response of one request by its own codec',
    async run(page) {
      const errors: unknown[] = []
      const failing = {
        decode() {
          throw new Error('no')
        },
      }
      const [plain, length, bad] = [
        page.mount('/shared'),
        page.mount('/shared', { codec: { decode: (raw) => asText(raw).length } }),
        page.mount('/shared', { codec: failing, onError: (error) => errors.push(error) }),
      ]
      await page.respond({ n: 1 })
      expect([plain?.shown, length?.shown]).toEqual([success({ n: 1 }), success(7)])
      expect(bad?.shown).toMatchObject({ status: 'error', error: { code: 'decode' } })
      expect(errors).toHaveLength(1)
      const late = page.mount('/shared', {
        enabled: false,
        codec: { decode: (raw) => `late ${asText(raw)}` },
      })
      await page.until(() => expect(late.shown).toEqual(success('late {"n":1}')))
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[sharing] all components get the error, and each handler is called once',
    async run(page) {
      const notified: string[] = []
      page.server.refuse()
      const ones = components.map((index) =>
        page.mount('/shared', { retry: false, onError: () => notified.push(`${index}`) }),
      )
      await page.until(() => expect(ones.map(({ shown }) => shown.status)).toEqual(all('error')))
      expect(notified).toEqual(['0', '1', '2'])
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[sharing] a component that mounts after a failure sends the request again for all',
    async run(page) {
      page.server.refuse()
      const early = page.mount('/shared', { retry: false })
      await page.until(() => expect(early.shown.status).toBe('error'))
      page.server.accept()
      const late = page.mount('/shared', { retry: false })
      await page.until(() => expect([early.shown.status, late.shown.status]).toEqual(['pending', 'pending']))
      await page.respond('now')
      expect([early.shown, late.shown]).toEqual([success('now'), success('now')])
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[sharing] a hundred components send one request, which continues while one of them is mounted',
    async run(page) {
      const ones = Array.from({ length: 100 }, () => page.mount('/shared'))
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      for (const one of ones.slice(1)) one.unmount()
      await page.respond('here')
      expect(ones[0]?.shown).toEqual(success('here'))
      expect(page.requested).toHaveLength(1)
    },
  },
  {
    name: '[sharing] handlers are not called for data that was there before the mount',
    async run(page) {
      await page.mountWithResponse('/shared', 'old', { maxAge: 60_000 })
      const received: unknown[] = []
      const late = page.mount('/shared', { maxAge: 60_000, onMessage: (message) => received.push(message) })
      await page.settle()
      expect(late.shown).toEqual(success('old'))
      expect(received).toEqual([])
      void late.refetch()
      await page.respond('new')
      expect(received).toEqual(['new'])
    },
  },
  {
    name: '[sharing] a component that changes its URL does not affect the others',
    async run(page) {
      const [stays, moves] = [page.mount('/shared'), page.mount('/shared')]
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      moves.rerender('/elsewhere')
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      for (const call of page.server.calls) call.respond(call.path)
      await page.until(() =>
        expect([stays.shown, moves.shown]).toEqual([success('/shared'), success('/elsewhere')]),
      )
    },
  },
  {
    name: '[sharing] a component that mounts during a request shares it; refetch() sends it again for all',
    async run(page) {
      const early = page.mount('/shared')
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      const late = page.mount('/shared')
      await page.settle()
      expect(page.requested).toHaveLength(1)
      const promise = late.refetch()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.respond('new')
      await expect(promise).resolves.toBe('new')
      expect([early.shown, late.shown]).toEqual([success('new'), success('new')])
      expect(page.server.calls[0]?.aborted).toBe(true)
    },
  },
  {
    name: '[share-frameworks] share: false and different keys, methods, bodies and headers do not share; equal keys do',
    async run(page) {
      const different = [
        {},
        { share: false },
        { share: false },
        { key: 'mine' },
        { method: 'QUERY', json: 1 },
        { method: 'QUERY', json: 2 },
        { headers: { 'accept-language': 'de' } },
        { credentials: 'include' },
      ] as const
      const ones = different.map((options) => page.mount('/private', options))
      const same = page.mount('/private', { key: 'mine' })
      await page.until(() => expect(page.server.calls).toHaveLength(different.length))
      for (const [index, call] of page.server.calls.entries()) call.respond(index)
      await page.until(() => expect(new Set(ones.map(({ shown }) => shown.data)).size).toBe(different.length))
      await page.until(() => expect(same.shown).toEqual(ones[3]?.shown))
    },
  },
  {
    name: '[sharing] [share-frameworks] function options share a request if their results and keys are equal',
    async run(page) {
      const headers = () => ({ authorization: 'Bearer same' })
      const ones = components.map(() => page.mount('/me', { headers }))
      const other = page.mount('/me', { headers: () => ({ authorization: 'Bearer other' }) })
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.settle()
      for (const call of page.server.calls) call.respond(call.headers.get('authorization'))
      await page.until(() => expect(ones.map(({ shown }) => shown.data)).toEqual(all('Bearer same')))
      await page.until(() => expect(other.shown.data).toBe('Bearer other'))
      expect(page.requested).toHaveLength(2)
      const url = async (_: unknown) => '/found'
      const keyed = components.map(() => page.mount(url, { key: 'ada' }))
      await page.respond('found')
      expect(keyed.map(({ shown }) => shown)).toEqual(all(success('found')))
      expect(page.requested.slice(2)).toEqual(['GET /found'])
    },
  },
  {
    name: '[token-renewal] one 401 renews the token once for all waiting requests, with a custom function and with bearer()',
    async run(page) {
      let valid = 'old'
      let requested = 0
      let hold: Promise<void> | undefined
      let known = Promise.resolve('old')
      const refresh = async () => {
        requested++
        await hold
        return valid
      }
      const own = async ({ previous }: { readonly previous: Error | undefined }) => {
        if (previous) known = refresh()
        return { authorization: `Bearer ${await known}` }
      }
      const providers = { own, bearer: bearer(({ previous }) => (previous ? refresh() : 'old')) }
      page.server.onCall = ({ path, headers }) =>
        headers.get('authorization') === `Bearer ${valid}`
          ? createResponse(path)
          : createResponse('who?', { status: 401 })
      for (const [name, headers] of Object.entries(providers)) {
        valid = 'old'
        const first = page.mount(`/${name}/first`, { headers })
        await page.until(() => expect(first.shown).toEqual(success(`/${name}/first`)))
        // The old token becomes invalid, and the renewal has to wait.
        valid = 'new'
        requested = 0
        let release = () => {}
        hold = new Promise((resolve) => (release = resolve))
        const before = page.requested.length
        const paths = Array.from({ length: 10 }, (_, index) => `/${name}/${index}`)
        const ones = paths.map((path) => page.mount(path, { headers }))
        await page.until(() => expect(page.server.calls).toHaveLength(before + 10))
        await page.until(() => expect(requested).toBe(1))
        await page.settle()
        release()
        await page.until(() => expect(ones.map(({ shown }) => shown)).toEqual(paths.map(success)))
        expect(requested, name).toBe(1)
        expect(page.requested, name).toHaveLength(before + 20)
      }
    },
  },
  {
    name: '[token-renewal] bearer() keeps its token until a 401, renews it once for all waiting requests, and forgets it with forget()',
    async run(page) {
      let current = 1
      const previous: unknown[] = []
      const headers = bearer((context) => {
        previous.push(context.previous && 'code' in context.previous ? context.previous.code : undefined)
        return `token-${current}`
      })
      page.server.onCall = (call) =>
        call.headers.get('authorization') === `Bearer token-${current}`
          ? createResponse(call.path)
          : createResponse('who?', { status: 401 })
      const mountAs = async (name: string) => {
        const ones = components.map((index) => page.mount(`/${name}/${index}`, { headers }))
        await page.until(() => expect(ones.map(({ shown }) => shown.status)).toEqual(all('success')))
      }
      await mountAs('first')
      expect(previous).toEqual([undefined])
      current = 2
      await mountAs('second')
      expect(previous).toEqual([undefined, 'http'])
      await mountAs('third')
      headers.forget()
      await mountAs('fourth')
      expect(previous).toEqual([undefined, 'http', undefined])
    },
  },
]
