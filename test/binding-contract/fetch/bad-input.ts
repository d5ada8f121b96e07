import { messageOf } from '../support/build.ts'
import * as z from 'zod'
import { json } from '@tautline/core'
import type { AnyFetchOptions } from '@tautline/core/fetch'
import { expect } from 'vitest'
import type { FetchScenario } from './page.ts'

/** Options that the types forbid, as JavaScript code may pass them. */
const untyped = (options: Readonly<Record<string, unknown>>) => options as AnyFetchOptions

const bad = (option: string) => expect.objectContaining({ code: 'bad-option', option })

const circular: Record<string, unknown> = {}
circular['self'] = circular

export const badInput: readonly FetchScenario[] = [
  {
    name: '[fatal-errors] an invalid URL calls onError with the code bad-url, without a retry and without throwing',
    async run(page) {
      for (const url of page.server.kind.badUrls) {
        const errors: unknown[] = []
        const one = page.mount(url, { onError: (error) => errors.push(error) })
        await page.until(() =>
          expect(one.shown).toMatchObject({ status: 'error', error: { code: 'bad-url' } }),
        )
        expect(errors, url).toEqual([one.shown.error])
        await expect(one.execute()).rejects.toMatchObject({ code: 'bad-url' })
      }
      await page.advance(3_600_000)
      expect(page.requested).toEqual([])
    },
  },
  {
    name: 'the error of an invalid URL omits query, user and fragment; a later valid URL is requested',
    async run(page) {
      const one = page.mount('ftp://me:secret@server.test/?token=secret#secret')
      await page.until(() => expect(one.shown.status).toBe('error'))
      expect(String(one.shown.error)).toContain(messageOf('server.test', 'bad-url'))
      expect(`${String(one.shown.error)}${JSON.stringify(one.shown.error)}`).not.toContain('secret')
      one.rerender('/right')
      await page.respond('right')
      expect(one.shown).toEqual({ status: 'success', data: 'right', error: undefined })
    },
  },
  {
    name: '[option-functions] a URL function that returns an invalid URL is an error without a retry',
    async run(page) {
      const one = page.mount((_: unknown) => 'ftp://server.test/')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'error', error: { code: 'bad-url' } }))
      await page.advance(60_000)
      expect(page.requested).toEqual([])
    },
  },
  {
    name: '[request-input] a body that does not match `input` is not sent, and the hook shows the error',
    async run(page) {
      const input = json(z.object({ name: z.string().min(1) }))
      const one = page.mount('/users', { method: 'POST', enabled: false, input })
      const issue: unknown = expect.objectContaining({ path: ['name'] })
      await expect(one.execute({ json: { name: '' } })).rejects.toMatchObject({
        code: 'encode',
        issues: [issue],
      })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'error', error: { code: 'encode' } }))
      expect(page.requested).toEqual([])
      const done = one.execute({ json: { name: 'Ada' } })
      await page.respond('done')
      expect(await done).toBe('done')
    },
  },
  {
    name: 'mounting throws an error that names an option of the wrong type',
    async run(page) {
      for (const [option, options] of page.server.kind.badOptions) {
        expect(() => page.mount('/never', untyped(options)), JSON.stringify(option)).toThrow(bad(option))
      }
      await page.settle()
      expect(page.requested).toEqual([])
    },
  },
  {
    name: 'execute() with an option of the wrong type, or without a JSON form, rejects by name and sends no request',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada')
      const wrong = [
        ['body', { body: 'GET has none' }],
        ['json', { json: { a: 1 } }],
        ['json', { method: 'POST', json: circular }],
        ['json', { method: 'POST', json: 1n }],
        ['json', { method: 'POST', json: () => {} }],
        ['body', { method: 'POST', body: { deep: circular } }],
        ['body', { method: 'POST', body: new Map() }],
        ['method', { method: 'TRACE' }],
        ['headers', { headers: { 'bad name': 'x' } }],
        ['headers', { headers: { good: 'bad\nvalue' } }],
        ['query', { query: 5 }],
        ['credentials', { credentials: 'always' }],
      ] as const
      for (const [option, overrides] of wrong) {
        await expect(one.execute(untyped(overrides)), JSON.stringify(Object.keys(overrides))).rejects.toThrow(
          bad(option),
        )
      }
      await page.settle()
      expect(page.requested).toEqual(['GET /user'])
    },
  },
  {
    name: 'a wrong option in execute() leaves the hook’s result unchanged',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada')
      await expect(one.execute({ body: 'GET has none' })).rejects.toThrow(bad('body'))
      await page.settle()
      expect(one.shown).toEqual({ status: 'success', data: 'Ada', error: undefined })
    },
  },
  {
    name: 'a body without a JSON form is an error of the hook',
    async run(page) {
      const one = page.mount('/find', { method: 'QUERY', json: circular })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'error', error: bad('json') }))
      await page.advance(60_000)
      expect(page.requested).toEqual([])
    },
  },
  {
    name: 'without fetch there is an error, and its message says what to do',
    async run(page) {
      const environment = { ...page.environment, fetch: undefined }
      const one = page.mount('/old', { environment })
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'error', error: { code: 'unsupported' } }),
      )
      expect(one.shown.error?.message).toContain(messageOf('environment.fetch', 'unsupported'))
    },
  },
]
