import { describe, expect, test, vi } from 'vitest'
import { text, pings } from '@tautline/core'
import { type ResourceLedger, createResourceLedger, settled } from '../../server/support/resource-ledger.ts'
import { addFault, connectionsTo, newTarget, url } from '../support/demo-server.ts'
import type { Driver, Options } from '../support/driver.ts'
import { usedHeap } from '../support/heap.ts'
import { react } from '../support/web-socket/react.tsx'
import { vue } from '../support/web-socket/vue.ts'

const CYCLES = 200

/**
 * The limit for the heap's growth in the second hundred cycles. Chromium rounds even the precise figure to some kilobytes, and the
 * page also holds the test runner. A leaked component costs 10 kB and more with its connection: 1 MB in a hundred cycles.
 */
const SLACK = 500_000

// In development, Vue buffers devtools events with their components for three seconds after the first app.
// These devtools are present from the start and ignore every event, so that nothing is buffered.
Object.assign(globalThis, { __VUE_DEVTOOLS_GLOBAL_HOOK__: { emit() {} } })

const options = (ledger: ResourceLedger): Options => ({
  codec: text(),
  reduce: ({ count }, newest) => ({ count: count + 1, newest }),
  initialData: { count: 0, newest: undefined },
  retry: { delay: () => 0 },
  heartbeat: pings(),
  closeDelay: 0,
  environment: ledger.environment,
})

const until = (isSo: () => void | Promise<void>) => vi.waitFor(isSo, { timeout: 20_000, interval: 1 })

async function expectNothingLeft(ledger: ResourceLedger, target: string): Promise<void> {
  await until(() => expect(ledger.balance()).toEqual(settled))
  await until(async () => expect(await connectionsTo(target)).toEqual([]))
  await until(async () => {
    await usedHeap()
    // The test or the platform may still hold the newest sockets.
    expect(ledger.reachable()).toBeLessThanOrEqual(2)
  })
}

describe.each<Driver>([react, vue])(`${CYCLES} cycles in $name`, ({ mount }) => {
  test('a component that is mounted and unmounted leaves nothing behind', async () => {
    const target = newTarget('/echo')
    const ledger = createResourceLedger(WebSocket)
    let halfway = 0
    for (let cycle = 1; cycle <= CYCLES; cycle += 1) {
      const mounted = mount(url + target, options(ledger))
      await until(() => expect(mounted.shown.status).toBe('open'))
      mounted.unmount()
      expect(ledger.balance()).toMatchObject({ timers: 0, listeners: 0 })
      if (cycle === CYCLES / 2) halfway = await usedHeap()
    }
    const grown = (await usedHeap()) - halfway
    expect(ledger.socketsCreated).toBe(CYCLES)
    expect(grown).toBeLessThan(SLACK)
    await expectNothingLeft(ledger, target)
  })

  test('a component whose connection is dropped by the server leaves nothing behind', async () => {
    const target = newTarget('/echo')
    await addFault({ fault: 'accept-then-drop', match: target, count: CYCLES })
    const ledger = createResourceLedger(WebSocket)
    let lost = 0
    const mounted = mount(url + target, { ...options(ledger), onClose: () => (lost += 1) })
    await until(() => expect(lost).toBeGreaterThanOrEqual(CYCLES / 2))
    const halfway = await usedHeap()
    await until(() => expect(lost).toBe(CYCLES))
    await until(() => expect(mounted.shown.status).toBe('open'))
    const grown = (await usedHeap()) - halfway

    expect(ledger.socketsCreated).toBe(CYCLES + 1)
    // One open connection: its stable and heartbeat timers, its listener, its socket.
    expect(ledger.balance()).toEqual({ timers: 2, listeners: 1, sockets: 1 })
    expect(grown).toBeLessThan(SLACK)
    mounted.unmount()
    expect(ledger.balance()).toMatchObject({ timers: 0, listeners: 0 })
    await expectNothingLeft(ledger, target)
  })
})
