import { describe, expect, test } from 'vitest'
import { until } from '../../server/support/event-source/stream.ts'
import { changeUser, createLeakLedger, newSession, nextFrame } from '../support/log-out/account.ts'
import { type AccountDriver, HOOKS } from '../support/log-out/driver.ts'
import { react, strictReact } from '../support/log-out/react.tsx'
import { vue } from '../support/log-out/vue.ts'

describe.each<AccountDriver>([react, strictReact, vue])('[log-out] $name', ({ mount }) => {
  test.each(HOOKS)('%s that is hidden while Ada logs out is shown again for Bob', async (_, way) => {
    const session = newSession()
    const ledger = createLeakLedger('Ada')
    await session.logIn('Ada')
    const mounted = mount(session.given(way), ledger)
    await until(() => expect(mounted.shown.users).toEqual(['Ada']))

    mounted.hide()
    await nextFrame()
    const change = changeUser(session, ledger, 'Bob')
    await until(async () => expect(await session.seen()).toMatchObject({ open: [] }))
    const before = (await session.seen()).log.length
    expect(await change.go()).toBe(0)
    mounted.show()
    await until(() => expect(mounted.shown.users).toEqual(['Bob']))
    expect(new Set(session.arrivals((await session.seen()).log.slice(before)))).toEqual(
      new Set([`${way} Bob`]),
    )
    expect(ledger.leaks).toEqual([])
  })

  test.each(HOOKS)(
    '%s that is shown again during the log-out shows no data until Bob is logged in',
    async (_, way) => {
      const session = newSession()
      const ledger = createLeakLedger('Ada')
      await session.logIn('Ada')
      const mounted = mount(session.given(way), ledger)
      await until(() => expect(mounted.shown.users).toEqual(['Ada']))

      mounted.hide()
      await nextFrame()
      const change = changeUser(session, ledger, 'Bob')
      mounted.show()
      await nextFrame()
      expect(mounted.shown).toMatchObject({ users: [], cursor: undefined })
      expect(await change.go()).toBe(0)
      await until(() => expect(mounted.shown.users).toEqual(['Bob']))
      expect(ledger.leaks).toEqual([])
    },
  )

  test.each(HOOKS)('%s that is mounted again for Bob gets no stored data of Ada', async (_, way) => {
    const session = newSession()
    const ledger = createLeakLedger('Ada')
    await session.logIn('Ada')
    const first = mount(session.given(way), ledger)
    await until(() => expect(first.shown.users).toEqual(['Ada']))

    first.unmount()
    await changeUser(session, ledger, 'Bob').go()
    const second = mount(session.given(way), ledger)
    await until(() => expect(second.shown.users).toEqual(['Bob']))
    const { open } = await session.seen()
    expect(open.filter(({ user }) => user !== 'Bob')).toEqual([])
    expect(ledger.leaks).toEqual([])
  })
})
