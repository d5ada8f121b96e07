import { describe, expect, onTestFinished, test } from 'vitest'
import { forgetUser } from '@tautline/core'
import { until } from '../../server/support/event-source/stream.ts'
import {
  type Given,
  type Session,
  type Way,
  createLeakLedger,
  newSession,
  nextFrame,
} from '../support/log-out/account.ts'
import { type AccountDriver, HOOKS } from '../support/log-out/driver.ts'
import { react, strictReact } from '../support/log-out/react.tsx'
import { vue } from '../support/log-out/vue.ts'

/** A browser's WebSocket has no headers: its subprotocol identifies the user. */
const byValue = (user: string): Given['options'] => ({
  headers: { authorization: `Bearer ${user}` },
  protocols: [`user.${user}`],
})

/** One function object for all users. A key identifies each user. */
function byFunction(): (user: string) => Given['options'] {
  let current = ''
  const headers = () => ({ authorization: `Bearer ${current}` })
  const protocols = () => [`user.${current}`]
  return (user) => {
    current = user
    return { headers, protocols, key: user }
  }
}

const given = (session: Session, way: Way, options: Given['options']): Given =>
  session.given(way, { ...options, credentials: 'same-origin' })

const kinds = [
  ['headers by value', () => byValue],
  ['headers by function, and a key for each user', byFunction],
] as const

describe.each<AccountDriver>([react, strictReact, vue])('[log-out] $name', ({ mount }) => {
  describe.each(kinds)('%s', (_kind, create) => {
    test.each(HOOKS)(
      '%s of Bob that mounts soon after Ada’s has unmounted shows only his own data',
      async (_, way) => {
        const session = newSession()
        const ledger = createLeakLedger('Ada')
        const optionsOf = create()
        const first = mount(given(session, way, optionsOf('Ada')), ledger)
        await until(() => expect(first.shown.users).toEqual(['Ada']))
        first.unmount()
        ledger.become('Bob')
        const second = mount(given(session, way, optionsOf('Bob')), ledger)
        await until(() => expect(second.shown.users).toEqual(['Bob']))
        expect(session.strangeCursors((await session.seen()).log)).toEqual([])
        expect(ledger.leaks).toEqual([])
      },
    )

    test.each(HOOKS)('%s that changes to the options of Bob shows no more data of Ada', async (_, way) => {
      const session = newSession()
      const ledger = createLeakLedger('Ada')
      const optionsOf = create()
      const mounted = mount(given(session, way, optionsOf('Ada')), ledger)
      await until(() => expect(mounted.shown.users).toEqual(['Ada']))
      ledger.become('Bob')
      mounted.give(given(session, way, optionsOf('Bob')))
      await nextFrame()
      expect(mounted.text).not.toContain('Ada')
      await until(() => expect(mounted.shown.users).toEqual(['Bob']))
      await until(async () =>
        expect((await session.seen()).open.filter(({ user }) => user === 'Ada')).toEqual([]),
      )
      expect(session.strangeCursors((await session.seen()).log)).toEqual([])
      expect(ledger.leaks).toEqual([])
    })
  })

  test.each(HOOKS)('%s of two accounts on one page: each shows its own data', async (_, way) => {
    const session = newSession()
    const accounts = ['Ada', 'Bob'].map((user) => {
      const ledger = createLeakLedger(user)
      return { user, ledger, mounted: mount(given(session, way, byValue(user)), ledger) }
    })
    await until(() => {
      for (const { user, mounted } of accounts) expect(mounted.shown.users).toEqual([user])
    })
    for (const { ledger } of accounts) expect(ledger.leaks).toEqual([])
    expect(session.strangeCursors((await session.seen()).log)).toEqual([])
  })

  test.each(HOOKS)(
    '%s of two accounts on one page: when Ada logs out, Bob’s stays connected',
    async (_, way) => {
      const session = newSession()
      const ledgers = { Ada: createLeakLedger('Ada'), Bob: createLeakLedger('Bob') }
      const [ada, bob] = (['Ada', 'Bob'] as const).map((user) =>
        mount(given(session, way, { ...byValue(user), key: user }), ledgers[user]),
      )
      await until(() => expect([ada, bob].map((one) => one?.shown.users)).toEqual([['Ada'], ['Bob']]))

      let end = () => {}
      // A failure here must not affect the next test.
      onTestFinished(() => end())
      const done = forgetUser(new Promise<void>((resolve) => (end = resolve)), { key: 'Ada' })
      ledgers.Ada.become(undefined)
      await nextFrame()
      expect(ada?.shown).toMatchObject({ users: [], cursor: undefined })
      expect(bob?.shown.users).toEqual(['Bob'])
      await until(async () =>
        expect((await session.seen()).open.filter(({ user }) => user === 'Ada')).toEqual([]),
      )
      const { log } = await session.seen()
      const ended = log.filter(
        ({ user, type, way: how }) => user === 'Bob' && type === 'ended' && how !== 'poll',
      )
      // A profile is requested once, and never again.
      expect(ended).toHaveLength(way === 'profile' ? 1 : 0)
      ada?.unmount()
      end()
      await done
      expect([...ledgers.Ada.leaks, ...ledgers.Bob.leaks]).toEqual([])
    },
  )
})
