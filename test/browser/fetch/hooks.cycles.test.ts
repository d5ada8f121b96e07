import { describe, expect, test, vi } from 'vitest'
import type { User } from '@tautline/demo-server'
import { type RequestLedger, createRequestLedger } from '../../server/support/resource-ledger.ts'
import { countsOf, newUser } from '../../server/support/fetch/requests.ts'
import type { FetchDriver } from '../support/fetch/driver.ts'
import { usedHeap } from '../support/heap.ts'
import { react, strictReact } from '../support/fetch/react.tsx'
import { vue } from '../support/fetch/vue.ts'
import { stormHarness } from '../support/environments.ts'

const CYCLES = 50

/**
 * The limit for the heap's growth in fifty cycles. Chromium rounds even the precise figure to some
 * kilobytes, and the page also holds the test runner. A leaked component costs 10 kB and more with its request: 500 kB in fifty cycles.
 */
const SLACK = 300_000

// In development, Vue buffers devtools events with their components for three seconds after the first app.
// These devtools are present from the start and ignore every event, so that nothing is buffered.
Object.assign(globalThis, { __VUE_DEVTOOLS_GLOBAL_HOOK__: { emit() {} } })

const until = (isSo: () => void | Promise<void>) => vi.waitFor(isSo, { timeout: 20_000, interval: 1 })

/**
 * Runs cycles and measures how much the heap grows. What is allocated once, such as compiled code, may come at any time,
 * so it is measured again up to three times: a leak grows in all of them.
 */
async function growthOf(
  cycle: () => Promise<void>,
): Promise<{ readonly grown: number; readonly cycles: number }> {
  const run = async () => {
    for (let number = 0; number < CYCLES; number += 1) await cycle()
    return usedHeap()
  }
  let before = await run()
  for (let rounds = 2; ; rounds += 1) {
    const now = await run()
    if (now - before < SLACK || rounds === 4) return { grown: now - before, cycles: rounds * CYCLES }
    before = now
  }
}

async function expectNothingLeft(ledger: RequestLedger, target: string): Promise<void> {
  await until(() => expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 }))
  await until(async () => expect((await countsOf(stormHarness, target)).inFlight).toBe(0))
  await until(async () => {
    await usedHeap()
    // The test or the platform may still hold the newest signals and responses.
    expect(ledger.reachable()).toBeLessThanOrEqual(6)
  })
}

describe.each<FetchDriver>([react, strictReact, vue])('cycles in $name', ({ mount }) => {
  test('[unmount] a component that unmounts after its response leaves nothing behind', async () => {
    const { target } = await newUser(stormHarness)
    const ledger = createRequestLedger()
    const { environment } = ledger
    const options = { environment, refetchInterval: 600_000, refetchOnFocus: true }
    const { grown, cycles } = await growthOf(async () => {
      const mounted = mount<User>(stormHarness.url + target, options, ['isFetching', 'progress'])
      await until(() => expect(mounted.shown).toMatchObject({ status: 'success', isFetching: false }))
      mounted.unmount()
      await until(() => expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 }))
    })
    expect(ledger.made).toBe(cycles)
    expect(await countsOf(stormHarness, target)).toMatchObject({
      requests: cycles,
      notModified: cycles - 1,
    })
    expect(grown).toBeLessThan(SLACK)
    await expectNothingLeft(ledger, target)
  })

  test('[unmount] [abort] a component that unmounts before its response leaves nothing behind', async () => {
    const { target } = await newUser(stormHarness)
    await stormHarness.addFault({ fault: 'stall', match: target, count: 'always' })
    const ledger = createRequestLedger()
    const { environment } = ledger
    let cycle = 0
    const { grown } = await growthOf(async () => {
      cycle += 1
      const mounted = mount<User>(stormHarness.url + target, { environment })
      await until(() => expect(ledger.made).toBe(cycle))
      mounted.unmount()
      await until(() => expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 }))
    })
    expect(grown).toBeLessThan(SLACK)
    await expectNothingLeft(ledger, target)
  })
})
