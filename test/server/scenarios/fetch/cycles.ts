import { describe, expect, test, vi } from 'vitest'
import { type FetchCache, createFetch, createFetchCache } from '@tautline/core'
import { CYCLES, type Heap, SLACK, measureMemoryGrowth } from '../../support/memory-growth.ts'
import { type RequestLedger, createRequestLedger } from '../../support/resource-ledger.ts'
import { type RecordedRequestOptions, countsOf, newUser } from '../../support/fetch/requests.ts'
import { until } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

/** Requests that are subscribed and unsubscribed again and again. */
export function fetchCycles(harness: EnvironmentHarness, heap: Heap): void {
  async function expectNothingLeft(ledger: RequestLedger, match: string): Promise<void> {
    expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
    await until(async () => expect((await countsOf(harness, match)).inFlight).toBe(0))
    await vi.waitFor(
      async () => {
        await heap.used()
        // The platform keeps the newest signals and responses for a while.
        expect(ledger.reachable()).toBeLessThanOrEqual(6)
      },
      { timeout: 20_000 },
    )
  }

  /** Subscribes, as a hook does. This sends the request. */
  const mounted = (url: string, { environment }: RequestLedger, options: RecordedRequestOptions) => {
    const client = createFetch(url, { environment, ...options } as object)
    let notifications = 0
    const leave = client.subscribe(() => (notifications += 1))
    return { client, leave, notifications: () => notifications }
  }

  const hasResponse = (client: { getSnapshot(): { status: string; isFetching: boolean } }) =>
    vi.waitFor(() => expect(client.getSnapshot()).toMatchObject({ status: 'success', isFetching: false }), {
      timeout: 20_000,
      interval: 1,
    })

  /** The request is aborted one microtask after the last observer has left. */
  const afterLeaving = () => new Promise((resolve) => setTimeout(resolve, 0))

  const small = (): FetchCache => createFetchCache({ entries: 5 })

  describe(`${CYCLES} cycles of requests`, () => {
    test('[unmount] requests with a response, each validated by the next request, leave nothing behind', async () => {
      const { target } = await newUser(harness)
      const ledger = createRequestLedger()
      const cache = small()
      const grown = await measureMemoryGrowth(heap, async () => {
        const { client, leave } = mounted(harness.url + target, ledger, { cache })
        await hasResponse(client)
        leave()
        await afterLeaving()
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      expect(ledger.made).toBe(CYCLES)
      expect(await countsOf(harness, target)).toMatchObject({ requests: CYCLES, notModified: CYCLES - 1 })
      expect(grown).toBeLessThan(SLACK)
      await expectNothingLeft(ledger, target)
    })

    test('[unmount] requests that are left before their response leave nothing behind', async () => {
      const { target } = await newUser(harness)
      await harness.addFault({ fault: 'stall', match: target, count: 'always' })
      const ledger = createRequestLedger()
      const cache = small()
      const grown = await measureMemoryGrowth(heap, async (number) => {
        const { leave } = mounted(harness.url + target, ledger, { cache })
        // The request is sent in a microtask.
        await vi.waitFor(() => expect(ledger.made).toBe(number), { timeout: 20_000, interval: 1 })
        leave()
        await afterLeaving()
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      expect(grown).toBeLessThan(SLACK)
      await expectNothingLeft(ledger, target)
    })

    test('[unmount] failed requests that are left while they wait for the retry leave nothing behind', async () => {
      const { target } = await newUser(harness)
      await harness.addFault({ fault: 'refuse', match: target, count: 'always' })
      const ledger = createRequestLedger()
      const cache = small()
      const retry = { delay: () => 600_000 }
      const grown = await measureMemoryGrowth(heap, async () => {
        const { client, leave } = mounted(harness.url + target, ledger, { cache, retry })
        await vi.waitFor(() => expect(client.getSnapshot().attempt).toBe(1), { timeout: 20_000, interval: 1 })
        expect(ledger.balance()).toEqual({ timers: 1, listeners: 1 })
        leave()
        await afterLeaving()
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      expect(ledger.made).toBe(CYCLES)
      expect(grown).toBeLessThan(SLACK)
      await expectNothingLeft(ledger, target)
    })

    test('[unmount] requests with different URLs: stores no more unobserved responses than the cache may hold', async () => {
      const word = harness.unique()
      const match = `/documents/20000?test=${word}`
      const ledger = createRequestLedger()
      const cache = small()
      const grown = await measureMemoryGrowth(heap, async (number) => {
        const url = `${harness.url}${match}&cycle=${number}&cache=max-age%3D600`
        const { client, leave } = mounted(url, ledger, { cache })
        await hasResponse(client)
        leave()
        await afterLeaving()
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      // The second hundred alone received 2 MB, which take even more memory as objects.
      expect(grown).toBeLessThan(SLACK)
      const cached = mounted(`${harness.url}${match}&cycle=${CYCLES}&cache=max-age%3D600`, ledger, { cache })
      expect(cached.client.getSnapshot().status).toBe('success')
      cached.leave()
      expect(ledger.made).toBe(CYCLES)
      await afterLeaving()
      cache.clear()
      await expectNothingLeft(ledger, match)
    })

    test('[unmount] writes with bodies, and writes whose connection breaks, leave nothing behind', async () => {
      const target = `/uploads?test=${harness.unique()}`
      const ledger = createRequestLedger()
      const { environment } = ledger
      let refused = 0
      const grown = await measureMemoryGrowth(heap, async (number) => {
        const faults = ['&fault=cut&fault-after-bytes=9', '', '&fault=stall', '']
        const url = `${harness.url}${target}${faults[number % 4]}`
        const upload = createFetch<{ readonly bytes: number }>(url, {
          environment,
          method: 'POST',
          retry: false,
        })
        const sent = upload.execute({ body: new Uint8Array(20_000) }).catch(() => (refused += 1))
        if (number % 4 === 2) {
          await vi.waitFor(() => expect(ledger.made).toBe(number), { timeout: 20_000, interval: 1 })
          upload.abort()
        }
        const receipt = await sent
        if (number % 2 === 1) expect(receipt).toMatchObject({ bytes: 20_000 })
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      expect([ledger.made, refused]).toEqual([CYCLES, CYCLES / 2])
      expect(grown).toBeLessThan(SLACK)
      await expectNothingLeft(ledger, target)
    })

    // Through the proxy, which counts connections. Its log takes too much memory for a measurement of the heap.
    test.each([
      ['successful', '', 6],
      ['left before the response', '&fault=stall', 0],
      ['failed', '&fault=refuse', 6],
      ['cut', '&fault=cut&fault-after-bytes=9', 0],
    ] as const)(
      '[unmount] requests that are %s leave only connections that the platform reuses',
      async (_, fault, connections) => {
        const { target } = await newUser(harness, fault)
        const ledger = createRequestLedger()
        for (let number = 1; number <= 50; number += 1) {
          const { client, leave } = mounted(harness.proxyUrl + target, ledger, { retry: false })
          if (fault === '&fault=stall')
            await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
          else await until(() => expect(client.getSnapshot().isFetching).toBe(false))
          leave()
          await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(0))
        }
        expect(ledger.made).toBe(50)
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
        await until(async () =>
          expect((await harness.connectionsTo(target)).length).toBeLessThanOrEqual(connections),
        )
      },
    )

    test('[unmount] [refetch] automatic refetching leaves nothing behind', async () => {
      const { target } = await newUser(harness)
      const ledger = createRequestLedger()
      const cache = small()
      const grown = await measureMemoryGrowth(heap, async (number) => {
        const { client, leave } = mounted(harness.url + target, ledger, {
          cache,
          refetchInterval: 600_000,
          refetchOnFocus: true,
          refetchOnReconnect: true,
        })
        await hasResponse(client)
        expect(ledger.made).toBe(number)
        expect(ledger.balance()).toEqual({ timers: 1, listeners: 1 })
        leave()
        await afterLeaving()
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      expect(grown).toBeLessThan(SLACK)
      await expectNothingLeft(ledger, target)
    })
  })
}
