import { createFakeWebSocket } from '@tautline/core/testing'
import { expect } from 'vitest'
import type { SocketOptions } from './driver.ts'
import type { SocketScenario } from './scenarios.ts'

/** Options that the types forbid, as plain JavaScript would pass them. */
const untyped = (options: Record<string, unknown>) => options as SocketOptions

const BAD_OPTIONS: readonly (readonly [option: string, options: Record<string, unknown>])[] = [
  ['retry.limit', { retry: { limit: '3' } }],
  ['retry.delay', { retry: { delay: 1000 } }],
  ['heartbeat.interval', { heartbeat: { interval: -1 } }],
  ['timeout.connect', { timeout: { connect: Number.NaN } }],
  ['onMessage', { onMessage: 'console.log' }],
  ['notify', { notify: 'now' }],
  ['outbox.overflow', { outbox: { overflow: 'block' } }],
  ['binaryType', { binaryType: 'buffer' }],
]

const bad = (option: string) => expect.objectContaining({ code: 'bad-option', detail: { option } })

export const badInput: readonly SocketScenario[] = [
  {
    name: 'a URL that cannot be one closes the hook as fatal and is told to onError; nothing is thrown',
    async run(page) {
      for (const url of ['http://', 'ftp://server.test/', 'ws://server.test/#part']) {
        const errors: unknown[] = []
        const one = page.mount(url, { onError: (error) => errors.push(error) })
        await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
        expect(one.shown.error, url).toMatchObject({ code: 'bad-url' })
        expect(errors).toEqual([one.shown.error])
      }
      await page.advance(3_600_000)
      expect(page.server.peers).toEqual([])
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
    name: 'a bad URL does not show its query, user or fragment in the error',
    async run(page) {
      const one = page.mount('ftp://me:secret@server.test/?token=secret#secret')
      await page.until(() => expect(one.shown.status).toBe('closed'))
      expect(String(one.shown.error)).toContain('server.test')
      expect(`${String(one.shown.error)}${JSON.stringify(one.shown.error)}`).not.toContain('secret')
    },
  },
  {
    name: 'subprotocols that the platform refuses close the hook as fatal',
    async run(page) {
      const { WebSocket } = createFakeWebSocket()
      const environment = { ...page.environment, WebSocket }
      const one = page.mount('/p', { environment, protocols: ['v1', 'v1'] })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
      expect(one.shown.error).toMatchObject({ code: 'bad-protocols', detail: { count: 2 } })
    },
  },
  {
    name: 'a platform without WebSocket closes the hook as fatal, with what to do in the message',
    async run(page) {
      const errors: unknown[] = []
      const environment = { ...page.environment, WebSocket: undefined }
      const one = page.mount('/old', { environment, onError: (error) => errors.push(error) })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
      expect(errors).toMatchObject([
        { code: 'unsupported', message: expect.stringContaining('environment.WebSocket') },
      ])
    },
  },
  {
    name: 'an option of the wrong type is thrown while the component is made, by name',
    async run(page) {
      for (const [option, options] of BAD_OPTIONS) {
        expect(() => page.mount('/never', untyped(options)), option).toThrow(bad(option))
      }
      await page.settle()
      expect(page.server.peers).toEqual([])
    },
  },
  {
    name: 'close() with a code or a reason that cannot be sent throws at once, and closes nothing',
    async run(page) {
      const one = await page.mountOpen('/codes')
      const refused = expect.objectContaining({ code: 'bad-close' })
      expect(() => one.close(1001)).toThrow(refused)
      expect(() => one.close(5000)).toThrow(refused)
      expect(() => one.close(1000, 'ä'.repeat(62))).toThrow(refused)
      await page.settle()
      expect(one.shown.status).toBe('open')
      expect(page.server.peer.closed).toBeUndefined()
      one.close(1000, `${'ä'.repeat(61)}!`)
      await page.until(() => expect(page.server.peer.closed).toBeDefined())
    },
  },
  {
    name: 'send() of what cannot be sent throws at once, and disturbs nothing',
    async run(page) {
      const one = await page.mountOpen('/objects')
      expect(() => one.send({ text: 'no codec' })).toThrow(expect.objectContaining({ code: 'encode' }))
      expect(one.send('text')).toBe('sent')
      await page.until(() => expect(page.server.peer.received).toEqual(['text']))
    },
  },
  {
    name: 'without a URL send() drops and says so',
    async run(page) {
      const errors: unknown[] = []
      const one = page.mount(null, { onError: (error) => errors.push(error) })
      expect(one.send('to where?')).toBe('dropped')
      expect(errors).toMatchObject([{ code: 'dropped', detail: { messages: ['to where?'] } }])
    },
  },
]
