import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type EventSourceClient, createEventSource, silence } from '@tautline/core'
import { CYCLES, type Heap, SLACK, measureMemoryGrowth } from '../../support/memory-growth.ts'
import { type RequestLedger, createRequestLedger } from '../../support/resource-ledger.ts'
import { brisk, until } from '../../support/event-source/stream.ts'
import { type Trouble, type EnvironmentHarness, newsOf } from '../../support/environment-harness.ts'

/** Streams that are opened and closed again and again. */
export function cycles(harness: EnvironmentHarness, heap: Heap): void {
  /** A stream with one item, which then sends nothing. */
  async function idleStream(): Promise<{ readonly stream: string; readonly target: string }> {
    const stream = harness.unique()
    await harness.publish(stream, 'The only one')
    return { stream, target: `/news?stream=${stream}&rate=0&replay=1` }
  }

  async function expectNothingLeft(ledger: RequestLedger, stream: string): Promise<void> {
    expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
    await until(async () => expect((await newsOf(harness, stream)).live).toBe(0))
    await expectLittleHeld(ledger)
  }

  const expectLittleHeld = (ledger: RequestLedger) =>
    vi.waitFor(
      async () => {
        await heap.used()
        // The platform keeps the newest signals and responses for a while.
        expect(ledger.reachable()).toBeLessThanOrEqual(6)
      },
      { timeout: 20_000 },
    )

  const losses: readonly {
    readonly what: string
    readonly proxied?: boolean
    begin(match: string): Promise<Trouble>
  }[] = [
    {
      what: 'the server cuts it',
      begin: (match) => harness.addFault({ fault: 'cut', bytes: 0, match, count: 'always' }),
    },
    {
      what: 'the server ends it',
      begin: (match) => harness.addFault({ fault: 'end', match, count: 'always' }),
    },
    {
      what: 'the server refuses it',
      begin: (match) => harness.addFault({ fault: 'refuse', match, count: 'always' }),
    },
    {
      what: 'the proxy resets it after the response headers',
      proxied: true,
      begin: (match) => harness.addProxyRule({ fault: 'reset', after: 'handshake', match, count: 'always' }),
    },
  ]

  describe(`${CYCLES} cycles`, () => {
    test.each(losses)(
      'one stream that ends because $what: nothing is left behind',
      async ({ proxied, begin }) => {
        const { stream, target } = await idleStream()
        const trouble = await begin(target)
        const ledger = createRequestLedger()
        const client = createEventSource((proxied ? harness.proxyUrl : harness.url) + target, {
          ...brisk,
          environment: ledger.environment,
          // In a browser a header would cost a preflight before each request.
          resume: 'query',
          retry: { delay: () => 0 },
          heartbeat: silence(),
        })
        let errors = 0
        client.on('error', () => (errors += 1))
        open(client)
        const grown = await measureMemoryGrowth(heap, (number) =>
          reaches(client, 'error', () => errors >= number),
        )
        // Not a fixed count: a browser silently repeats requests that fail on a reused connection, and these count too.
        await trouble.remove()
        await reaches(client, 'open', () => client.getSnapshot().status === 'open')

        expect(ledger.made).toBeGreaterThan(CYCLES)
        // One open connection: its stable and heartbeat timers, its listener.
        expect(ledger.balance()).toEqual({ timers: 2, listeners: 1 })
        expect(grown).toBeLessThan(SLACK)
        client.close()
        await expectNothingLeft(ledger, stream)
      },
    )

    test('one stream that cannot connect: in backoff it keeps nothing of earlier attempts', async () => {
      const { target } = await idleStream()
      await harness.addProxyRule({ fault: 'refuse', match: target, count: 'always' })
      const ledger = createRequestLedger()
      let errors = 0
      const client = createEventSource(harness.proxyUrl + target, {
        ...brisk,
        environment: ledger.environment,
        resume: 'query',
        retry: { delay: ({ attempt }) => (attempt < CYCLES ? 0 : 600_000) },
      })
      client.on('error', () => (errors += 1))
      open(client)
      await reaches(client, 'error', () => errors === CYCLES)
      expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: { code: 'connect-failed' } })
      await expectLittleHeld(ledger)
    })

    test('one stream that is opened and closed explicitly, before and after its response', async () => {
      const { stream, target } = await idleStream()
      const ledger = createRequestLedger()
      const { environment } = ledger
      const client = createEventSource(harness.url + target, {
        ...brisk,
        environment,
        resume: 'query',
        heartbeat: silence(),
      })
      const grown = await measureMemoryGrowth(heap, async (number) => {
        open(client)
        if (number % 50 === 0) {
          // The request is sent in a microtask.
          while (ledger.made < number) await Promise.resolve()
        } else {
          await reaches(client, 'open', () => client.getSnapshot().status === 'open')
          // Chromium handles an aborted request slowly if it has not yet received the whole head.
          await new Promise((resolve) => setTimeout(resolve, 0))
        }
        client.close()
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      expect(ledger.made).toBe(CYCLES)
      expect(grown).toBeLessThan(SLACK)
      await expectNothingLeft(ledger, stream)
    })

    test('one client for each cycle and URL', async () => {
      const { stream, target } = await idleStream()
      const ledger = createRequestLedger()
      const { environment } = ledger
      const grown = await measureMemoryGrowth(heap, async (number) => {
        const url = `${harness.url}${target}&cycle=${number}`
        for await (const _ of createEventSource(url, { ...brisk, environment, heartbeat: silence() })) break
        expect(ledger.balance()).toEqual({ timers: 0, listeners: 0 })
      })
      expect(grown).toBeLessThan(SLACK)
      await expectNothingLeft(ledger, stream)
    })
  })
}

type Client = EventSourceClient<string, string | undefined>

function open(client: Client): void {
  client.open()
  onTestFinished(() => client.close())
}

/** Resolves when the condition is true. Unlike `follow` it records nothing, because the test measures the heap. */
function reaches(client: Client, type: 'open' | 'error', isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo()) return
      stop()
      resolve()
    }
    const stop = client.on(type, look)
    look()
  })
}
