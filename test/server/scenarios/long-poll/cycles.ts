import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Json, type LongPollClient, createLongPoll } from '@tautline/core'
import type { FaultRule } from '@tautline/demo-server'
import { couch } from '../../support/long-poll/dialects.ts'
import { CYCLES, type Heap, SLACK, measureMemoryGrowth } from '../../support/memory-growth.ts'
import { type RequestLedger, createRequestLedger } from '../../support/resource-ledger.ts'
import { countsOf, isHeld, publish, textsBetween } from '../../support/long-poll/polls.ts'
import { brisk, until } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

/** Polls that are opened and closed again and again. */
export function pollsCycles(harness: EnvironmentHarness, heap: Heap): void {
  async function expectNothingLeft(ledger: RequestLedger, log: string): Promise<void> {
    expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
    await until(async () => expect((await countsOf(harness, log)).inFlight).toBe(0))
    await vi.waitFor(
      async () => {
        await heap.used()
        // The platform keeps the newest signals and responses for a while.
        expect(ledger.reachable()).toBeLessThanOrEqual(6)
      },
      { timeout: 20_000 },
    )
  }

  const ways: readonly { readonly what: string; readonly rule: FaultRule }[] = [
    { what: 'whose responses are cut', rule: { fault: 'cut', bytes: 9 } },
    { what: 'whose requests fail', rule: { fault: 'refuse' } },
    { what: 'whose responses are empty', rule: { fault: 'empty' } },
  ]

  describe(`${CYCLES} cycles of polls`, () => {
    test.each(ways)('one poll $what: nothing is left behind', async ({ rule }) => {
      const { log, target } = await filled()
      const trouble = await harness.addFault({ ...rule, match: target, count: 'always' })
      const ledger = createRequestLedger()
      const client = open(harness.url + target, ledger)
      const grown = await measureMemoryGrowth(heap, (number) =>
        until(() => expect(ledger.made).toBeGreaterThan(number)),
      )
      await trouble.remove()
      await isHeld(harness, log)

      expect(ledger.made).toBeGreaterThan(CYCLES)
      // One open poll: the timeout of its request, its listener.
      expect(ledger.balance()).toEqual({ timers: 1, listeners: 1 })
      expect(grown).toBeLessThan(SLACK)
      client.close()
      await expectNothingLeft(ledger, log)
    })

    test('one poll that is opened and closed explicitly, after a response and while its request is held', async () => {
      const { log, target } = await filled()
      const ledger = createRequestLedger()
      const client = open(harness.url + target, ledger)
      client.close()
      let received = 0
      client.on('message', () => (received += 1))
      const grown = await measureMemoryGrowth(heap, async (number) => {
        client.open()
        if (number % 2 === 0) await isHeld(harness, log)
        else await publish(harness, log, textsBetween(number, number))
        await until(() => expect(received).toBeGreaterThanOrEqual(Math.ceil(number / 2)))
        client.close()
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      expect(ledger.made).toBeGreaterThanOrEqual(CYCLES)
      expect(grown).toBeLessThan(SLACK)
      await expectNothingLeft(ledger, log)
    })

    test('one client for each cycle and URL', async () => {
      const { log, target } = await filled()
      const ledger = createRequestLedger()
      const { environment } = ledger
      const grown = await measureMemoryGrowth(heap, async (number) => {
        const url = `${harness.url}${target}&cycle=${number}`
        for await (const _ of createLongPoll(url, { ...brisk, ...couch.options, environment })) break
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      expect(grown).toBeLessThan(SLACK)
      await expectNothingLeft(ledger, log)
    })
  })

  /** Returns a log that has a message. */
  async function filled(): Promise<{ readonly log: string; readonly target: string }> {
    const log = harness.unique()
    await publish(harness, log, ['The only one'])
    return { log, target: couch.target(log) }
  }
}

/** Unlike `poll` it records nothing, because the test measures the heap. */
function open(url: string, { environment }: RequestLedger): LongPollClient<Json, Json> {
  const options = { ...brisk, ...couch.options, retry: { delay: () => 0 }, minGap: 0, environment }
  const client = createLongPoll<Json, Json, Json>(url, options)
  client.open()
  onTestFinished(() => client.close())
  return client
}
