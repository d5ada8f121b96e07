import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import type { CommonPage } from '../support/page.ts'
import { expectWarning } from '../support/run.ts'
import type { CommonScenario } from '../support/scenario.ts'

const [ada, bob] = ['user-ada', 'user-bob']
const reduce = collected()
const retry = { delay: () => 100 }

const as = (page: CommonPage, token: string) => ({ ...page.server.kind.as(token), reduce, retry })

/** Expects the warning for a changed header; a WebSocket has no headers. */
function expectTokenWarning(page: CommonPage): void {
  if (page.server.kind.carrier === 'fetch') expectWarning(/value of the Authorization header changed/)
}

const tokens = ({ server }: CommonPage) => server.connections.map(({ token }) => token)

export const users: readonly CommonScenario[] = [
  {
    name: '[identity] a component of another user that mounts within closeDelay gets its own connection and no data of the first user',
    async run(page) {
      const ofAda = await page.mountOpen('/feed', { ...as(page, ada), closeDelay: 1000 })
      const { connection } = page.server
      connection.send('for ada')
      await page.until(() => expect(ofAda.shown.data).toEqual(['for ada']))
      ofAda.unmount()
      await page.advance(400)
      const received: unknown[] = []
      const onMessage = (message: unknown) => received.push(message)
      const ofBob = page.mount('/feed', { ...as(page, bob), closeDelay: 1000, onMessage })
      connection.send('also for ada')
      await page.until(() => expect(ofBob.shown.status).toBe('open'))
      expect(tokens(page)).toEqual([ada, bob])
      page.server.connection.send('for bob')
      await page.until(() => expect(ofBob.shown.data).toEqual(['for bob']))
      expect(received).toEqual(['for bob'])
      expect(JSON.stringify(ofBob.renders)).not.toContain('ada')
      await page.advance(600)
      await page.until(() => expect(page.server.unfinished).toHaveLength(1))
      expect(ofBob.shown).toMatchObject({ status: 'open', data: ['for bob'] })
    },
  },
  {
    name: '[identity] a hook that changes to another user leaves the connection of the first user and shows none of its data',
    async run(page) {
      const received: unknown[] = []
      const onMessage = (message: unknown) => received.push(message)
      const one = await page.mountOpen('/feed', { ...as(page, ada), onMessage })
      const { connection } = page.server
      connection.send('for ada')
      await page.until(() => expect(one.shown.data).toEqual(['for ada']))
      connection.send('late for ada')
      const { length } = one.renders
      one.rerender('/feed', { ...as(page, bob), onMessage })
      connection.send('later for ada')
      await page.until(() => expect(tokens(page)).toEqual([ada, bob]))
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.until(() => expect(page.server.unfinished).toHaveLength(1))
      page.server.connection.send('for bob')
      await page.until(() => expect(one.shown.data).toEqual(['for bob']))
      expect(received).toEqual(['for ada', 'for bob'])
      expect(JSON.stringify(one.renders.slice(length))).not.toContain('ada')
      expectTokenWarning(page)
    },
  },
  {
    name: '[identity] two users have two connections with their own messages; two components of one user share',
    async run(page) {
      const ofAda = [
        await page.mountOpen('/feed', as(page, ada)),
        await page.mountOpen('/feed', as(page, ada)),
      ]
      const ofBob = await page.mountOpen('/feed', as(page, bob))
      expect(tokens(page)).toEqual([ada, bob])
      for (const connection of page.server.connections) connection.send(`for ${connection.token}`)
      await page.until(() => expect(ofBob.shown.data).toEqual(['for user-bob']))
      for (const one of ofAda) await page.until(() => expect(one.shown.data).toEqual(['for user-ada']))
      await page.settle()
      expect(JSON.stringify(ofBob.renders)).not.toContain('ada')
      for (const one of ofAda) expect(JSON.stringify(one.renders)).not.toContain('bob')
    },
  },
  {
    name: '[identity] if one of two components changes to another user, the other one keeps its connection and data',
    async run(page) {
      const stays = await page.mountOpen('/feed', as(page, ada))
      const moves = await page.mountOpen('/feed', as(page, ada))
      page.server.connection.send('for ada')
      await page.until(() => expect(moves.shown.data).toEqual(['for ada']))
      moves.rerender('/feed', as(page, bob))
      await page.until(() => expect(moves.shown).toMatchObject({ status: 'open', data: [] }))
      expect(tokens(page)).toEqual([ada, bob])
      expect(page.server.connections[0]?.outcome).toBeUndefined()
      page.server.connections[0]?.send('more for ada')
      await page.until(() => expect(stays.shown.data).toEqual(['for ada', 'more for ada']))
      await page.settle()
      expect(moves.shown.data).toEqual([])
      expectTokenWarning(page)
    },
  },
]
