import { describe, expect, test } from 'vitest'
import { until } from '../../server/support/event-source/stream.ts'
import { changeUser, createLeakLedger, newSession, nextFrame } from '../support/log-out/account.ts'
import { type AccountDriver, HOOKS } from '../support/log-out/driver.ts'
import { react, strictReact } from '../support/log-out/react.tsx'
import { vue } from '../support/log-out/vue.ts'
import { harness } from '../support/environments.ts'

const nothing = { users: [], cursor: undefined }

describe.each<AccountDriver>([react, strictReact, vue])('[log-out] $name', ({ mount }) => {
  test.each(HOOKS)('%s shows no data while Ada logs out, and then only that of Bob', async (_, way) => {
    const session = newSession()
    const ledger = createLeakLedger('Ada')
    await session.logIn('Ada')
    const mounted = mount(session.given(way), ledger)
    await until(() => expect(mounted.shown.users).toEqual(['Ada']))

    const change = changeUser(session, ledger, 'Bob')
    await nextFrame()
    expect(mounted.shown).toMatchObject(nothing)
    expect(mounted.text).not.toContain('Ada')
    await until(async () => expect(await session.seen()).toMatchObject({ open: [] }))
    const before = (await session.seen()).log.length

    expect(await change.go()).toBe(0)
    await until(() => expect(mounted.shown.users).toEqual(['Bob']))
    const { open, log } = await session.seen()
    expect(open.filter(({ user }) => user !== 'Bob')).toEqual([])
    const after = log.slice(before)
    expect(after.slice(0, 3).map(({ type }) => type)).toEqual(['logging-out', 'logged-out', 'logged-in'])
    expect(new Set(session.arrivals(after))).toEqual(new Set([`${way} Bob`]))
    expect(session.strangeCursors(log)).toEqual([])
    expect(ledger.leaks).toEqual([])
  })

  test('a message that Ada has queued is never sent', async () => {
    const session = newSession()
    const ledger = createLeakLedger('Ada')
    await session.logIn('Ada')
    const match = session.target('socket')
    const trouble = await harness.addFault({ fault: 'refuse', match, count: 'always' })
    const mounted = mount(session.given('socket'), ledger)
    expect(mounted.send('written by Ada')).toBe('queued')
    await until(() => expect(mounted.shown.status).toBe('backoff'))

    const change = changeUser(session, ledger, 'Bob')
    expect(mounted.send('written without a user')).toBe('dropped')
    await trouble.remove()
    await change.go()
    await until(() => expect(mounted.shown.users).toEqual(['Bob']))
    expect(mounted.send('written by Bob')).toBe('sent')
    const received = async () => (await session.seen()).log.flatMap(({ text = [] }) => text)
    await until(async () => expect(await received()).toEqual(['written by Bob']))
    expect(ledger.leaks).toEqual([])
  })

  test('onError reports the dropped message before forgetUser returns', async () => {
    const session = newSession()
    const ledger = createLeakLedger('Ada')
    await session.logIn('Ada')
    const trouble = await harness.addFault({
      fault: 'refuse',
      match: session.target('socket'),
      count: 'always',
    })
    const mounted = mount(session.given('socket'), ledger)
    expect(mounted.send('written by Ada')).toBe('queued')
    const change = changeUser(session, ledger, 'Bob')
    expect(ledger.errors).toContain('dropped')
    await trouble.remove()
    await change.go()
    expect(session.reported).toEqual([])
  })

  test('a message that is sent to Ada while she logs out reaches no handler', async () => {
    const session = newSession()
    const ledger = createLeakLedger('Ada')
    await session.logIn('Ada')
    const mounted = mount(session.given('socket'), ledger)
    await until(() => expect(mounted.shown.users).toEqual(['Ada']))
    // The server replies to each message with the user's name.
    for (let count = 0; count < 100; count += 1) expect(mounted.send(`${count}`)).toBe('sent')
    await changeUser(session, ledger, 'Bob').go()
    await until(() => expect(mounted.shown.users).toEqual(['Bob']))
    expect(ledger.leaks).toEqual([])
  })
})

test('[log-out] all hooks of both frameworks on one page change from Ada to Bob, and Bob has one connection of each kind', async () => {
  const session = newSession()
  const ledger = createLeakLedger('Ada')
  await session.logIn('Ada')
  const mounted = [react, vue].flatMap(({ mount }) =>
    HOOKS.map(([, way]) => mount(session.given(way), ledger)),
  )
  const allShow = (user: string) =>
    until(() => expect(mounted.map(({ shown }) => shown.users)).toEqual(mounted.map(() => [user])))
  await allShow('Ada')

  const change = changeUser(session, ledger, 'Bob')
  await nextFrame()
  for (const { shown } of mounted) expect(shown).toMatchObject(nothing)
  await until(async () => expect(await session.seen()).toMatchObject({ open: [] }))
  expect(await change.go()).toBe(0)
  await allShow('Bob')
  const arrivals = session.arrivals((await session.seen()).log)
  for (const way of ['socket', 'events', 'profile'])
    expect(arrivals.filter((arrival) => arrival === `${way} Bob`)).toHaveLength(1)
  expect(ledger.leaks).toEqual([])
})
