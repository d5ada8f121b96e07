import { createFakeWebSocket } from '@tautline/core/testing'
import { expect } from 'vitest'
import type { SocketScenario } from '../support/scenario.ts'

export const badInput: readonly SocketScenario[] = [
  {
    name: 'subprotocols that the platform rejects close the connection as fatal',
    async run(page) {
      const { WebSocket } = createFakeWebSocket()
      const environment = { ...page.environment, WebSocket }
      const one = page.mount('/p', { environment, protocols: ['v1', 'v1'] })
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'fatal' } }))
      expect(one.shown.error).toMatchObject({ code: 'bad-protocols', count: 2 })
    },
  },
  {
    name: 'close() with an invalid code or reason throws at once and closes nothing',
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
    name: 'send() of an invalid message throws at once without other effects',
    async run(page) {
      const one = await page.mountOpen('/objects')
      expect(() => one.send({ text: 'no codec' })).toThrow(expect.objectContaining({ code: 'encode' }))
      expect(one.send('text')).toBe('sent')
      await page.until(() => expect(page.server.peer.received).toEqual(['text']))
    },
  },
  {
    name: 'without a URL send() returns dropped',
    async run(page) {
      const errors: unknown[] = []
      const one = page.mount(null, { onError: (error) => errors.push(error) })
      expect(one.send('to where?')).toBe('dropped')
      expect(errors).toMatchObject([{ code: 'dropped', messages: ['to where?'] }])
    },
  },
]
