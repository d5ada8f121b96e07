import { expect } from 'vitest'
import type { CommonPage } from '../support/page.ts'
import { statuses } from '../support/page.ts'
import { expectWarning } from '../support/run.ts'
import type { CommonScenario } from '../support/scenario.ts'

const RENDERS = 100
const renders = Array.from({ length: RENDERS }, (_, index) => index)
const ada = 'user-ada'

const tokens = ({ server }: CommonPage) => server.connections.map(({ token }) => token)

/** Renders a component often, with messages in between, and expects one connection. */
async function renderOften(page: CommonPage, url: () => string, optionsOf: () => object): Promise<void> {
  const connections = page.server.connections.length
  const one = await page.mountOpen(url(), optionsOf())
  for (const index of renders) {
    one.rerender(url(), optionsOf())
    if (index % 10 === 0) page.server.connection.send(String(index))
    if (index % 5 === 0) await page.settle()
  }
  await page.advance(60_000)
  expect(page.server.connections).toHaveLength(connections + 1)
  expect(statuses(one)).toEqual(['connecting', 'open'])
  expect(JSON.stringify(one.shown.data)).toContain('90')
  one.unmount()
  await page.advance(1000)
}

export const inline: readonly CommonScenario[] = [
  {
    name: '[close] [latest-handlers] a hundred renders with inline objects and functions keep one connection',
    async run(page) {
      const { everything } = page.server.kind
      for (const [index] of everything(ada).entries())
        await renderOften(
          page,
          () => `/inline-${index}`,
          () => everything(ada)[index] ?? {},
        )
    },
  },
  {
    name: '[close] [latest-handlers] a hundred renders with an inline URL object or URL function keep one connection',
    async run(page) {
      const { origin, kind } = page.server
      for (const url of [() => new URL('/object', origin), () => (_: unknown) => '/function']) {
        const connections = page.server.connections.length
        const one = await page.mountOpen(
          url(),
          kind.by(() => ada),
        )
        for (const _ of renders)
          one.rerender(
            url(),
            kind.by(() => ada),
          )
        await page.advance(60_000)
        expect(page.server.connections).toHaveLength(connections + 1)
        expect(statuses(one)).toEqual(['connecting', 'open'])
      }
    },
  },
  {
    name: '[latest-handlers] [identity] a token given as a value reconnects once per change, with a warning in development',
    async run(page) {
      const { as, carrier } = page.server.kind
      const one = await page.mountOpen('/value', as('user-ada.1'))
      for (const token of ['user-ada.2', 'user-ada.3']) {
        for (const _ of renders) one.rerender('/value', as(token))
        await page.until(() => expect(page.server.connection.token).toBe(token))
        await page.until(() => expect(one.shown.status).toBe('open'))
      }
      await page.advance(60_000)
      expect(tokens(page)).toEqual(['user-ada.1', 'user-ada.2', 'user-ada.3'])
      if (carrier === 'fetch') expectWarning(/value of the Authorization header changed/)
    },
  },
  {
    name: '[latest-handlers] [option-functions] a token renewed by a function does not reconnect, whether the function stays the same or not',
    async run(page) {
      const { by } = page.server.kind
      let token = 'user-ada.1'
      const same = by(() => token)
      const stays = await page.mountOpen('/same', same)
      const changes = await page.mountOpen('/new', same)
      for (const index of renders) {
        const renewed = `user-ada.${index + 1}`
        token = renewed
        stays.rerender('/same', same)
        changes.rerender(
          '/new',
          by(() => renewed),
        )
        await page.settle()
      }
      expect(page.server.connections).toHaveLength(2)
      for (const one of [stays, changes]) expect(statuses(one)).toEqual(['connecting', 'open'])
      changes.reconnect()
      await page.until(() => expect(page.server.connections).toHaveLength(3))
      expect(page.server.connection.token).toBe('user-ada.100')
      await page.until(() => expect(changes.shown.status).toBe('open'))
    },
  },
]
