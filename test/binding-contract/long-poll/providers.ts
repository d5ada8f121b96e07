import type { AttemptContext } from '@tautline/core'
import { HttpResponse } from 'msw'
import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import { respondManually, expectNext, news } from './polling.ts'
import type { PollScenario } from '../support/scenario.ts'

const retry = { delay: () => 100 }
const codeOf = (error: Error | undefined) => error && 'code' in error && error.code

export const providers: readonly PollScenario[] = [
  {
    name: '[option-functions] URL, header and body functions run before every request, with the cursor and the reason of the last failure',
    async run(page) {
      const contexts: Record<string, unknown[]> = { url: [], headers: [], body: [] }
      const record = (name: string, { attempt, previous, cursor }: AttemptContext) =>
        void contexts[name]?.push([attempt, codeOf(previous), cursor])
      const url = async (context: AttemptContext) => {
        record('url', context)
        return '/requested'
      }
      const one = await page.mountOpen(url, {
        method: 'POST',
        retry,
        headers(context) {
          record('headers', context)
          return { 'x-token': `at ${context.cursor ?? 'none'}` }
        },
        async body(context) {
          record('body', context)
          return { from: context.cursor ?? null }
        },
      })
      page.server.connection.send('a')
      await page.until(() => expect(page.server.call.since).toBe('1'))
      page.server.connection.cut()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      await page.advance(100)
      await page.until(() => expect(page.server.calls).toHaveLength(5))
      const all = [
        [0, undefined, undefined],
        [0, undefined, '0'],
        [0, undefined, '1'],
        [1, 'connect-failed', '1'],
        [0, undefined, '1'],
      ]
      expect(contexts).toEqual({ url: all, headers: all, body: all })
      const sent = page.server.calls.map(({ headers, body }) => [headers.get('x-token'), body])
      expect(sent.slice(0, 3)).toEqual([
        ['at none', '{"from":null}'],
        ['at 0', '{"from":"0"}'],
        ['at 1', '{"from":"1"}'],
      ])
    },
  },
  {
    name: '[option-functions] a function that fails between two requests fails the attempt, and the next one continues from the cursor',
    async run(page) {
      const errors: unknown[] = []
      let wrong = false
      const one = await page.mountOpen('/tokens', {
        retry,
        reduce: collected(),
        headers() {
          if (wrong) throw new Error('no token today')
          return { token: 'x' }
        },
        onError: (error) => errors.push(error),
      })
      await page.until(() => expect(page.server.call.since).toBe('0'))
      wrong = true
      page.server.connection.send('a')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', data: ['a'] }))
      expect(errors).toMatchObject([{ code: 'provider', provider: 'headers' }])
      wrong = false
      page.server.publish('/tokens', 'b')
      await page.advance(100)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: ['a', 'b'] }))
    },
  },
  {
    name: '[option-functions] the latest inline function is called for the next request, without a reconnect',
    async run(page) {
      const named = (name: string) => ({ headers: () => ({ 'x-name': name }) })
      const one = await page.mountOpen('/named', named('first'))
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      one.rerender('/named', named('second'))
      await page.settle()
      expect(page.server.calls).toHaveLength(2)
      page.server.connection.send('news')
      await page.until(() => expect(page.server.calls).toHaveLength(3))
      expect(page.server.calls.map(({ headers }) => headers.get('x-name'))).toEqual([
        'first',
        'first',
        'second',
      ])
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[retry-after] Retry-After of a successful response delays the next request, with and without new messages',
    async run(page) {
      const respond = respondManually(page)
      const one = page.mount('/busy')
      const later = { 'x-next': '1', 'retry-after': '7' }
      await respond(new HttpResponse('a', { headers: later }))
      await expectNext(page, 7000)
      await respond(new HttpResponse(null, { status: 204, headers: later }))
      await expectNext(page, 7000)
      await respond(news('b', '2'))
      await page.until(() => expect(page.server.calls).toHaveLength(4))
      expect(one.shown).toMatchObject({ status: 'open', data: 'b' })
    },
  },
]
