import { json } from '@tautline/core'
import { expect } from 'vitest'
import type { StreamOptions } from './driver.ts'
import type { StreamScenario } from './scenarios.ts'

/** Options that the types forbid, as plain JavaScript would pass them. */
const untyped = (options: Record<string, unknown>) => options as StreamOptions

const BAD_OPTIONS: readonly (readonly [option: string, options: Record<string, unknown>])[] = [
  ['retry.limit', { retry: { limit: '3' } }],
  ['heartbeat.timeout', { heartbeat: { timeout: 0 } }],
  ['timeout', { timeout: 5000 }],
  ['onMessage', { onMessage: 'console.log' }],
  ['notify', { notify: 'now' }],
  ['method', { method: 7 }],
  ['method', { method: 'GE T' }],
  ['method', { method: 'connect' }],
  ['headers', { headers: 'accept: x' }],
  ['body', { body: 'x' }],
  ['body', { method: 'POST', body: new ReadableStream() }],
  ['lastEventId', { lastEventId: 5 }],
  ['resume', { resume: 'cookie' }],
  ['resume.query', { resume: { query: 5 } }],
  ['until', { until: '[DONE]' }],
  ['onEnd', { onEnd: 'stop' }],
  ['maxEventLength', { maxEventLength: 0 }],
  ['codec', { codec: 'json' }],
  ['codec', { codec: json(), events: { message: json() } }],
  ['events.price', { events: { price: 'json' } }],
]

const bad = (option: string) => expect.objectContaining({ code: 'bad-option', detail: { option } })
const fatal = { status: 'closed', closed: { by: 'fatal' } }

export const badInput: readonly StreamScenario[] = [
  {
    name: 'a URL that cannot be one closes the hook as fatal and is told to onError; nothing is thrown',
    async run(page) {
      for (const url of ['http://', 'ftp://server.test/', 'ws://server.test/']) {
        const errors: unknown[] = []
        const one = page.mount(url, { onError: (error) => errors.push(error) })
        await page.until(() => expect(one.shown).toMatchObject(fatal))
        expect(one.shown.error, url).toMatchObject({ code: 'bad-url' })
        expect(errors).toEqual([one.shown.error])
      }
      await page.advance(3_600_000)
      expect(page.server.calls).toEqual([])
    },
  },
  {
    name: 'a hook that was closed by a bad URL opens with a good one',
    async run(page) {
      const one = page.mount('ftp://server.test/')
      await page.until(() => expect(one.shown.status).toBe('closed'))
      one.rerender('/right')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', error: undefined }))
    },
  },
  {
    name: 'an option of the wrong type is thrown while the component is made, by name',
    async run(page) {
      for (const [option, options] of BAD_OPTIONS) {
        expect(() => page.mount('/never', untyped(options)), option).toThrow(bad(option))
      }
      await page.settle()
      expect(page.server.calls).toEqual([])
    },
  },
  {
    name: 'a header that no request can have closes the hook as fatal, and is not repeated in the error',
    async run(page) {
      const one = page.mount('/headers', { headers: { authorization: 'Bearer secret\nnext: line' } })
      await page.until(() => expect(one.shown).toMatchObject(fatal))
      expect(one.shown.error).toMatchObject({ code: 'bad-option', detail: { option: 'headers' } })
      const text = `${String(one.shown.error)}${JSON.stringify(one.shown.error)}${String(one.shown.error?.cause)}`
      expect(text).not.toContain('secret')
      expect(page.server.calls).toEqual([])
    },
  },
  {
    name: 'an event without end is cut at maxEventLength, and the stream is fatal: it would come again',
    async run(page) {
      const one = await page.mountOpen('/endless', { maxEventLength: 100 })
      page.server.call.write(`data: fits\n\ndata: ${'x'.repeat(200)}`)
      await page.until(() => expect(one.shown).toMatchObject({ ...fatal, data: 'fits' }))
      expect(one.shown.error).toMatchObject({ code: 'too-large', detail: { limit: 100 } })
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.advance(3_600_000)
      expect(page.server.calls).toHaveLength(1)
    },
  },
  {
    name: 'a platform without fetch closes the hook as fatal, with what to do in the message',
    async run(page) {
      const errors: unknown[] = []
      const environment = { ...page.environment, fetch: undefined }
      const one = page.mount('/old', { environment, onError: (error) => errors.push(error) })
      await page.until(() => expect(one.shown).toMatchObject(fatal))
      expect(errors).toMatchObject([
        { code: 'unsupported', message: expect.stringContaining('environment.fetch') },
      ])
    },
  },
]
