import { expect } from 'vitest'
import type { ConnectionScenario } from '../support/scenario.ts'
import { withThree } from './three.ts'

const settings = { shows: ['status', 'transport', 'data', 'cursor'] } as const

export const resuming: readonly ConnectionScenario[] = [
  {
    name: '[connection-state] cursor is the ID of the last message, over each transport',
    async run(page) {
      const { log } = page.server
      const one = page.mount('/', withThree(page), settings)
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(one.shown.cursor).toBeUndefined()
      log.publish('one')
      await page.until(() => expect(one.shown.cursor).toBe('1'))
      log.network['web-socket'] = 'refused'
      log.cut('web-socket')
      await page.advance(20_000)
      await page.until(() => expect(one.shown.transport).toBe('event-source'))
      log.publish('two')
      await page.until(() => expect(one.shown).toMatchObject({ cursor: '2', data: ['one', 'two'] }))
    },
  },
  {
    name: '[connection-state] a reconnect continues after the cursor, also after the hook was disabled',
    async run(page) {
      const { log } = page.server
      const one = page.mount('/', withThree(page), settings)
      await page.until(() => expect(one.shown.status).toBe('open'))
      log.publish('one')
      await page.until(() => expect(one.shown.cursor).toBe('1'))
      one.reconnect()
      log.publish('two')
      await page.until(() => expect(one.shown.data).toEqual(['one', 'two']))
      one.rerender('/', withThree(page, { enabled: false }))
      await page.advance(5000)
      expect(log.running).toEqual([])
      log.publish('three')
      one.rerender('/', withThree(page))
      await page.until(() => expect(one.shown.data).toEqual(['one', 'two', 'three']))
      expect(log.attempts).toEqual(['web-socket', 'web-socket 1', 'web-socket 2'])
    },
  },
  {
    name: '[connection-state] initialCursor starts after a message, such as the last one before the component unmounted',
    async run(page) {
      const { log } = page.server
      const before = page.mount('/', withThree(page), settings)
      await page.until(() => expect(before.shown.status).toBe('open'))
      log.publish('one')
      await page.until(() => expect(before.shown.cursor).toBe('1'))
      const { cursor } = before.shown
      before.unmount()
      await page.advance(5000)
      log.publish('two')
      const after = page.mount('/', withThree(page, { initialCursor: cursor }), settings)
      await page.until(() => expect(after.shown).toMatchObject({ data: ['two'], cursor: '2' }))
      expect(log.attempts).toEqual(['web-socket', 'web-socket 1'])
    },
  },
  {
    name: '[connection-state] a component that mounts within closeDelay uses the open connection',
    async run(page) {
      const { log } = page.server
      const before = page.mount('/', withThree(page), settings)
      await page.until(() => expect(before.shown.status).toBe('open'))
      log.publish('one')
      await page.until(() => expect(before.shown.cursor).toBe('1'))
      before.unmount()
      const after = page.mount('/', withThree(page), settings)
      await page.until(() => expect(after.shown).toMatchObject({ status: 'open', cursor: '1' }))
      log.publish('two')
      await page.until(() => expect(after.shown.data).toEqual(['two']))
      expect(log.attempts).toEqual(['web-socket'])
    },
  },
  {
    name: '[connection-gap] messages that the log no longer has are reported once, and the stream continues',
    async run(page) {
      const { log } = page.server
      const errors: unknown[] = []
      const onError = (error: unknown) => errors.push(error)
      const one = page.mount('/', withThree(page, { onError, initialCursor: '5' }), settings)
      await page.until(() => expect(one.shown.status).toBe('open'))
      for (let seq = 1; seq <= 6; seq++) log.publish(String(seq))
      await page.until(() => expect(one.shown.data).toEqual(['6']))
      expect(errors).toEqual([])
      for (let seq = 7; seq <= 9; seq++) log.forget(String(seq))
      log.publish('10')
      for (let step = 0; step < 40; step++) await page.advance(500)
      await page.until(() => expect(one.shown.data).toEqual(['6', '10']))
      expect(errors).toMatchObject([{ code: 'gap', after: '6', before: '10' }])
    },
  },
]
