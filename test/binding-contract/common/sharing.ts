import { expect } from 'vitest'
import type { CommonScenario } from '../support/scenario.ts'

const components = [0, 1, 2]
const all = <Value>(value: Value) => components.map(() => value)

export const sharing: readonly CommonScenario[] = [
  {
    name: '[sharing] components with the same destination share one connection, and each handler receives each message once',
    async run(page) {
      const received: string[] = []
      const ones = components.map((index) =>
        page.mount('/shared', { onMessage: (message) => received.push(`${index} ${String(message)}`) }),
      )
      await page.until(() => expect(ones.map(({ shown }) => shown.status)).toEqual(all('open')))
      expect(page.server.connections).toHaveLength(1)
      for (const text of ['a', 'b']) page.server.connection.send(text)
      await page.until(() => expect(ones.map(({ shown }) => shown.data)).toEqual(all('b')))
      expect(received).toEqual(['0 a', '1 a', '2 a', '0 b', '1 b', '2 b'])
    },
  },
  {
    name: '[sharing] the connection closes closeDelay ms after the last component unmounted',
    async run(page) {
      const ones = components.map(() => page.mount('/shared', { closeDelay: 500 }))
      await page.until(() => expect(ones[0]?.shown.status).toBe('open'))
      for (const one of ones.slice(1)) one.unmount()
      await page.advance(60_000)
      expect(page.server.connection.outcome).toBeUndefined()
      ones[0]?.unmount()
      await page.advance(499)
      expect(page.server.connection.outcome).toBeUndefined()
      await page.advance(1)
      await page.until(() => expect(page.server.connection.outcome).toBe('left'))
    },
  },
  {
    name: '[sharing] a component that mounts within closeDelay uses the open connection',
    async run(page) {
      const before = await page.mountOpen('/shared', { closeDelay: 500 })
      before.unmount()
      await page.advance(499)
      const after = page.mount('/shared', { closeDelay: 500 })
      await page.advance(60_000)
      expect(after.shown.status).toBe('open')
      expect(page.server.connections).toHaveLength(1)
      expect(page.server.connection.outcome).toBeUndefined()
    },
  },
  {
    name: '[own-opening] each component sees its own opening: onOpen and onClose alternate',
    async run(page) {
      const log: string[] = []
      const handlers = (who: string) => ({
        onOpen: () => log.push(`${who} open`),
        onClose: () => log.push(`${who} close`),
      })
      await page.mountOpen('/shared', handlers('first'))
      const late = page.mount('/shared', handlers('late'))
      await page.until(() => expect(log).toEqual(['first open', 'late open']))
      late.rerender('/shared', { ...handlers('late'), enabled: false })
      await page.until(() => expect(log.slice(2)).toEqual(['late close']))
      late.rerender('/shared', handlers('late'))
      await page.until(() => expect(log.slice(3)).toEqual(['late open']))
      late.unmount()
      await page.advance(5000)
      expect(log).toHaveLength(4)
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[sharing] a component that changes its URL does not affect the others',
    async run(page) {
      const stays = await page.mountOpen('/shared')
      const moves = await page.mountOpen('/shared')
      moves.rerender('/elsewhere')
      await page.until(() =>
        expect(page.server.connections.map(({ path }) => path)).toEqual(['/shared', '/elsewhere']),
      )
      await page.until(() => expect(moves.shown.status).toBe('open'))
      expect(stays.shown.status).toBe('open')
      expect(page.server.connections[0]?.outcome).toBeUndefined()
    },
  },
  {
    name: '[sharing] close() closes the connection for all components that share it',
    async run(page) {
      const [one, other] = [await page.mountOpen('/shared'), await page.mountOpen('/shared')]
      one.close()
      await page.until(() => expect(other.shown.closed).toEqual({ by: 'user' }))
      await page.until(() => expect(page.server.connection.outcome).toBe('left'))
    },
  },
  {
    name: '[share-frameworks] share: false and different keys do not share',
    async run(page) {
      for (const options of [{}, { share: false }, { share: false }, { key: 'mine' }, { key: 'mine' }]) {
        await page.mountOpen('/private', options)
      }
      expect(page.server.connections).toHaveLength(4)
    },
  },
  {
    name: '[late-subscribers] a late subscriber gets the current status and data at once, without a call of its handlers',
    async run(page) {
      const received: unknown[] = []
      const early = await page.mountOpen('/late')
      page.server.connection.send('old', 'news')
      await page.until(() => expect(early.shown.data).toBe('news'))
      const late = page.mount('/late', { onMessage: (message) => received.push(message) })
      await page.until(() => expect(late.shown).toMatchObject({ status: 'open', data: 'news' }))
      page.server.connection.send('more')
      await page.until(() => expect(late.shown.data).toBe('more'))
      expect(received).toEqual(['more'])
      expect(page.server.connections).toHaveLength(1)
    },
  },
]
