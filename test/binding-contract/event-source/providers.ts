import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import type { StreamScenario } from '../support/scenario.ts'

const retry = { delay: () => 100 }
const codeOf = (error: Error | undefined) => error && 'code' in error && error.code

export const providers: readonly StreamScenario[] = [
  {
    name: '[option-functions] URL, header and body functions run before every attempt, with the reason of the last failure',
    async run(page) {
      const contexts: unknown[] = []
      const one = await page.mountOpen(
        async ({ attempt, previous }) => {
          contexts.push(['url', attempt, codeOf(previous)])
          return `/try-${attempt}`
        },
        {
          method: 'PUT',
          retry,
          async headers({ attempt, previous }) {
            contexts.push(['headers', attempt, codeOf(previous)])
            return { authorization: `Bearer ${attempt}` }
          },
          body({ attempt, previous }) {
            contexts.push(['body', attempt, codeOf(previous)])
            return { attempt }
          },
          atEnd: 'reconnect',
        },
      )
      page.server.call.end()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      await page.advance(100)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(
        page.server.calls.map(({ path, headers, body }) => [path, headers.get('authorization'), body]),
      ).toEqual([
        ['/try-0', 'Bearer 0', '{"attempt":0}'],
        ['/try-1', 'Bearer 1', '{"attempt":1}'],
      ])
      const first = ['url', 'headers', 'body'].map((name) => [name, 0, undefined])
      const second = ['url', 'headers', 'body'].map((name) => [name, 1, 'closed'])
      expect(contexts.slice(0, 3)).toEqual(expect.arrayContaining(first))
      expect(contexts.slice(3)).toEqual(expect.arrayContaining(second))
      expect(contexts).toHaveLength(6)
    },
  },
  {
    name: '[option-functions] new functions in every render, and other headers, do not reconnect and do not reset data',
    async run(page) {
      const reduce = collected()
      const options = (name: string) => ({
        method: 'POST',
        headers: () => ({ 'x-name': name }),
        body: () => ({ name }),
        reduce,
      })
      const url = (name: string) => (_: unknown) => `/${name}`
      const one = await page.mountOpen(url('old'), options('old'))
      for (const name of ['a', 'b', 'new']) {
        page.server.call.send(name)
        one.rerender(url(name), options(name))
        await page.settle()
      }
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: ['a', 'b', 'new'] }))
      expect(page.server.calls).toHaveLength(1)
      one.reconnect()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: [] }))
      expect(page.server.call).toMatchObject({ path: '/new', body: '{"name":"new"}' })
      expect(page.server.call.headers.get('x-name')).toBe('new')
    },
  },
  {
    name: '[option-functions] headers created again in every render do not reconnect; other values do',
    async run(page) {
      const one = await page.mountOpen('/headers', { headers: { Token: 'old' } })
      one.rerender('/headers', { headers: [['token', 'old']] })
      one.rerender('/headers', { headers: new Headers({ token: 'old' }) })
      await page.advance(60_000)
      expect(page.server.calls).toHaveLength(1)
      one.rerender('/headers', { headers: { token: 'new' } })
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      expect(page.server.calls.map(({ headers }) => headers.get('token'))).toEqual(['old', 'new'])
      await page.until(() => expect(page.server.calls[0]?.aborted).toBe(true))
      await page.until(() => expect(one.shown.status).toBe('open'))
    },
  },
]
