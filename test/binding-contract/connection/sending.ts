import { expect } from 'vitest'
import type { ConnectionScenario } from '../support/scenario.ts'
import { withThree } from './three.ts'

const settings = { shows: ['status', 'transport', 'queued'] } as const

export const sending: readonly ConnectionScenario[] = [
  {
    name: '[connection-send] send() uses the WebSocket while it is active',
    async run(page) {
      const one = page.mount('/', withThree(page), settings)
      expect(one.send('early')).toBe('queued')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', queued: 0 }))
      expect(one.send('now')).toBe('sent')
      expect(page.server.log.received).toEqual(['early', 'now'])
    },
  },
  {
    name: '[connection-send] while the active transport cannot send, messages wait in order for one that can',
    async run(page) {
      const { log } = page.server
      log.network['web-socket'] = 'refused'
      const one = page.mount('/', withThree(page), settings)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', transport: 'event-source' }))
      expect([one.send('a'), one.send('b')]).toEqual(['queued', 'queued'])
      await page.until(() => expect(one.shown.queued).toBe(2))
      log.network['web-socket'] = 'works'
      await page.advance(40_000)
      await page.until(() => expect(one.shown).toMatchObject({ transport: 'web-socket', queued: 0 }))
      expect(log.received).toEqual(['a', 'b'])
    },
  },
]
