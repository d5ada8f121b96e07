import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import { statuses, type CommonPage } from '../support/page.ts'
import { expectWarning } from '../support/run.ts'
import type { CommonScenario } from '../support/scenario.ts'

const reduce = collected()
const retry = { delay: () => 100 }
const components = [0, 1, 2]

/** Options with a new function that returns this token. */
const by = (page: CommonPage, token: string) => ({
  ...page.server.kind.by(() => token),
  reduce,
  retry,
})

const tokens = ({ server }: CommonPage) => server.connections.map(({ token }) => token)

const expectPrivateWarning = () => expectWarning(/do not share a connection to the same URL/)

export const functions: readonly CommonScenario[] = [
  {
    name: '[sharing] [identity] components with the same function share a connection; inline functions share only with a key',
    async run(page) {
      const shared = by(page, 'user-ada')
      for (const _ of components) await page.mountOpen('/same', shared)
      for (const _ of components) await page.mountOpen('/inline', by(page, 'user-ada'))
      for (const _ of components) await page.mountOpen('/key', { ...by(page, 'user-ada'), key: 'ada' })
      await page.mountOpen('/key', { ...by(page, 'user-bob'), key: 'bob' })
      const paths = page.server.connections.map(({ path }) => path)
      expect(paths).toEqual(['/same', '/inline', '/inline', '/inline', '/key', '/key'])
      expect(tokens(page).slice(-2)).toEqual(['user-ada', 'user-bob'])
      expectPrivateWarning()
    },
  },
  {
    name: '[sharing] the same holds for URL functions',
    async run(page) {
      const url = (_: unknown) => '/typed'
      for (const _ of components) await page.mountOpen(url)
      expect(page.server.connections).toHaveLength(1)
      for (const _ of components) await page.mountOpen((_: unknown) => '/typed')
      expect(page.server.connections).toHaveLength(4)
      for (const _ of components) await page.mountOpen((_: unknown) => '/typed', { key: 'same' })
      expect(page.server.connections).toHaveLength(5)
      expectPrivateWarning()
    },
  },
  {
    name: '[option-functions] [sharing] if all components change to the same new function, the connection stays and the next attempt calls it',
    async run(page) {
      const old = by(page, 'user-ada.1')
      const ones = [await page.mountOpen('/feed', old), await page.mountOpen('/feed', old)]
      page.server.connection.send('before')
      await page.until(() => expect(ones[1]?.shown.data).toEqual(['before']))
      const renewed = by(page, 'user-ada.2')
      for (const one of ones) one.rerender('/feed', renewed)
      await page.settle()
      page.server.connection.send('after')
      for (const one of ones) {
        await page.until(() => expect(one.shown.data).toEqual(['before', 'after']))
        expect(statuses(one)).toEqual(['connecting', 'open'])
      }
      expect(page.server.connections).toHaveLength(1)
      page.server.connection.cut()
      await page.until(() => expect(ones[0]?.shown.status).toBe('backoff'))
      await page.advance(100)
      for (const one of ones) await page.until(() => expect(one.shown.status).toBe('open'))
      expect(tokens(page)).toEqual(['user-ada.1', 'user-ada.2'])
    },
  },
  {
    name: '[identity] a component that changes to another function leaves the connection, and the other one stays connected',
    async run(page) {
      const shared = by(page, 'user-ada')
      const stays = await page.mountOpen('/feed', shared)
      const leaves = await page.mountOpen('/feed', shared)
      page.server.connection.send('for ada')
      await page.until(() => expect(leaves.shown.data).toEqual(['for ada']))
      leaves.rerender('/feed', by(page, 'user-bob'))
      await page.until(() => expect(tokens(page)).toEqual(['user-ada', 'user-bob']))
      await page.until(() => expect(leaves.shown).toMatchObject({ status: 'open', data: [] }))
      page.server.connections[0]?.send('more for ada')
      page.server.connections[1]?.send('for bob')
      await page.until(() => expect(stays.shown.data).toEqual(['for ada', 'more for ada']))
      await page.until(() => expect(leaves.shown.data).toEqual(['for bob']))
      expect(statuses(stays)).toEqual(['connecting', 'open'])
      expect(page.server.connections.map(({ outcome }) => outcome)).toEqual([undefined, undefined])
      expectPrivateWarning()
    },
  },
  {
    name: '[identity] if the oldest component changes to another function, the next one stays connected and its options apply',
    async run(page) {
      const shared = by(page, 'user-ada')
      const leaves = await page.mountOpen('/feed', shared)
      const stays = await page.mountOpen('/feed', shared)
      leaves.rerender('/feed', by(page, 'user-bob'))
      await page.until(() => expect(tokens(page)).toEqual(['user-ada', 'user-bob']))
      await page.until(() => expect(leaves.shown.status).toBe('open'))
      expect(statuses(stays)).toEqual(['connecting', 'open'])
      page.server.connections[0]?.cut()
      await page.until(() => expect(stays.shown.status).toBe('backoff'))
      await page.advance(100)
      await page.until(() => expect(stays.shown.status).toBe('open'))
      expect(tokens(page)).toEqual(['user-ada', 'user-bob', 'user-ada'])
      expectPrivateWarning()
    },
  },
]
