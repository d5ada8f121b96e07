import { webSocket } from '@tautline/core/connection'
import { expect } from 'vitest'
import type { ConnectionOptions } from '../support/driver.ts'
import { statuses } from '../support/page.ts'
import type { ConnectionScenario } from '../support/scenario.ts'
import { threeTransports, withThree } from './three.ts'

export const lists: readonly ConnectionScenario[] = [
  {
    name: '[connection-inline] a new list in each of a hundred renders keeps one connection',
    async run(page) {
      const { log } = page.server
      log.network['web-socket'] = 'refused'
      const one = page.mount('/', withThree(page))
      await page.until(() => expect(one.shown.status).toBe('open'))
      for (let index = 0; index < 100; index++) {
        one.rerender('/', withThree(page, { transports: threeTransports() }))
        if (index % 10 === 0) log.publish(String(index))
        if (index % 5 === 0) await page.settle()
      }
      await page.until(() => expect(one.shown.data).toHaveLength(10))
      expect(log.attempts).toEqual(['web-socket', 'event-source'])
      expect(statuses(one)).toEqual(['connecting', 'open'])
    },
  },
  {
    name: '[connection-inline] other transports replace the connection, without data of the old one',
    async run(page) {
      const { log } = page.server
      const one = page.mount('/', withThree(page, { transports: threeTransports('ada') }))
      await page.until(() => expect(one.shown.status).toBe('open'))
      log.publish('for ada', 'ada')
      await page.until(() => expect(one.shown.data).toEqual(['for ada']))
      const { length } = one.renders
      one.rerender('/', withThree(page, { transports: threeTransports('bob') }))
      log.publish('late for ada', 'ada')
      await page.until(() => expect(log.attempts).toEqual(['web-socket', 'web-socket']))
      log.publish('for bob', 'bob')
      await page.until(() => expect(one.shown.data).toEqual(['for bob']))
      expect(JSON.stringify(one.renders.slice(length))).not.toContain('ada')
      await page.until(() => expect(log.running).toEqual(['web-socket']))
    },
  },
  {
    name: '[identity] another key replaces the connection, without data of the old one',
    async run(page) {
      const { log } = page.server
      const one = page.mount('/', withThree(page, { key: 'ada' }))
      await page.until(() => expect(one.shown.status).toBe('open'))
      log.publish('of ada')
      await page.until(() => expect(one.shown.data).toEqual(['of ada']))
      one.rerender('/', withThree(page, { key: 'bob' }))
      await page.until(() => expect(log.attempts).toEqual(['web-socket', 'web-socket']))
    },
  },
  {
    name: '[sharing] two components share one connection, and each gets all messages',
    async run(page) {
      const { log } = page.server
      const both = [page.mount('/', withThree(page)), page.mount('/', withThree(page))]
      for (const one of both) await page.until(() => expect(one.shown.status).toBe('open'))
      log.publish('one')
      for (const one of both) await page.until(() => expect(one.shown.data).toEqual(['one']))
      both[0]?.unmount()
      await page.advance(60_000)
      log.publish('two')
      await page.until(() => expect(both[1]?.shown.data).toEqual(['one', 'two']))
      expect(log.attempts).toEqual(['web-socket'])
    },
  },
  {
    name: '[no-url] without a list, with enabled: false, and while one of the transports has no URL nothing opens',
    async run(page) {
      const { log } = page.server
      const idle: ConnectionOptions[] = [
        ...([null, false] as const).map((transports) => withThree(page, { transports })),
        withThree(page, { enabled: false }),
        ...([null, undefined, '', false] as const).map((url) =>
          withThree(page, { transports: threeTransports('', url ?? null) }),
        ),
      ]
      for (const options of idle) {
        const one = page.mount('/', options)
        await page.advance(60_000)
        expect(one.shown.status).toBe('idle')
        expect(log.attempts).toEqual([])
        one.rerender('/', withThree(page))
        await page.until(() => expect(one.shown.status).toBe('open'))
        one.rerender('/', options)
        await page.until(() => expect(one.shown.status).toBe('idle'))
        one.unmount()
        await page.advance(60_000)
        expect(log.running).toEqual([])
        log.reset()
      }
    },
  },
  {
    name: '[server-rendering] on a server nothing opens, and the status is the initial one of a browser',
    async run(page) {
      expect(await page.renderOnServer('/', withThree(page))).toBe('connecting')
      expect(await page.renderOnServer('/', withThree(page, { transports: null }))).toBe('idle')
      await page.advance(60_000)
      expect(page.server.log.attempts).toEqual([])
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '[connection-list] mounting throws for an empty list, a value that is no transport, and the same one twice',
    async run(page) {
      const lists: unknown[] = [
        [],
        '/live',
        ['/live'],
        [webSocket('/live'), null],
        webSocket('/live'),
        [webSocket('/live'), webSocket('/live')],
      ]
      for (const transports of lists) {
        const options = { transports } as ConnectionOptions // as JavaScript code may pass them
        expect(() => page.mount('/', options)).toThrow(
          expect.objectContaining({ code: 'bad-option', option: 'transports' }),
        )
      }
    },
  },
]
