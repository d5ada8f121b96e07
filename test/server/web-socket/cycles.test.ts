import { describe, expect, test, vi } from 'vitest'
import { createWebSocket, isTautlineError, pings } from '@tautline/core'
import { type ResourceLedger, createResourceLedger, settled } from '../support/resource-ledger.ts'
import { usedHeap } from '../support/heap.ts'
import { is, openSocket, openedTimes } from '../support/web-socket/raw-socket.ts'
import { platforms } from '../support/web-socket/platforms.ts'
import { connectionsTo, newTarget, useDemoServer } from '../support/server.ts'

const server = useDemoServer()

const CYCLES = 200

/**
 * The limit for the heap's growth in the second hundred cycles. A leaked socket costs 10 kB and more with what it
 * refers to, so that a leak in each cycle would be 1 MB and more. The server's records of handshakes, in the same process, and code that is
 * compiled late are some 300 kB. On a busy machine the collector leaves as much again.
 */
const SLACK = 950_000

async function expectNothingLeft(ledger: ResourceLedger, target: string): Promise<void> {
  await vi.waitFor(
    () => {
      expect(ledger.balance()).toEqual(settled)
      expect(connectionsTo(server.now, target)).toEqual([])
    },
    { timeout: 20_000 },
  )
  await vi.waitFor(
    async () => {
      await usedHeap()
      // The platform keeps the newest sockets for a while.
      expect(ledger.reachable()).toBeLessThanOrEqual(2)
    },
    { timeout: 20_000 },
  )
}

/** Waits for the confirmation of the close, which has a timer. */
const expectNoTimer = (ledger: ReturnType<typeof createResourceLedger>) =>
  vi.waitFor(() => expect(ledger.balance()).toMatchObject({ timers: 0, listeners: 0 }), { interval: 1 })

/** Runs the cycles, and returns the heap's growth from the hundredth to the last. */
async function growth(cycle: (number: number) => Promise<void>): Promise<number> {
  let halfway = 0
  for (let number = 1; number <= CYCLES; number += 1) {
    await cycle(number)
    if (number === CYCLES / 2) halfway = await usedHeap()
  }
  return (await usedHeap()) - halfway
}

describe.each(platforms)(`${CYCLES} cycles with %s`, (_, WebSocket) => {
  const drops: readonly (readonly [string, (match: string) => void])[] = [
    [
      'the server drops it after the opening',
      (match) => server.now.faults.add({ fault: 'accept-then-drop', match, count: CYCLES }),
    ],
    [
      'the server closes with 1012',
      (match) => server.now.faults.add({ fault: 'close', code: 1012, match, count: CYCLES }),
    ],
    ['the server refuses', (match) => server.now.faults.add({ fault: 'refuse', match, count: CYCLES })],
    [
      'the proxy resets after the handshake',
      (match) => server.now.proxy.rules.add({ fault: 'reset', after: 'handshake', match, count: CYCLES }),
    ],
  ]

  test.each(drops)(
    'one client whose connection ends because %s: nothing is left behind',
    async (_, begin) => {
      const target = newTarget('/echo')
      begin(target)
      const ledger = createResourceLedger(WebSocket)
      const connection = openSocket(server.now.proxyUrl + target, {
        environment: ledger.environment,
        retry: { delay: () => 0 },
        heartbeat: pings(),
      })
      const grown = await growth((number) => connection.until(({ errors }) => errors.length >= number))
      await connection.until(is('open'))

      expect(ledger.socketsCreated).toBe(CYCLES + 1)
      // One open connection: its stable and heartbeat timers, its listener, its socket.
      expect(ledger.balance()).toMatchObject({ timers: 2, listeners: 1 })
      expect(grown).toBeLessThan(SLACK)
      connection.client.close()
      await expectNoTimer(ledger)
      await expectNothingLeft(ledger, target)
    },
  )

  test('one client that is opened and closed explicitly', async () => {
    const target = newTarget('/echo')
    const ledger = createResourceLedger(WebSocket)
    const connection = openSocket(server.now.url + target, {
      environment: ledger.environment,
      heartbeat: pings(),
    })
    const grown = await growth(async (number) => {
      connection.client.open()
      await connection.until(openedTimes(number))
      connection.client.close()
      await expectNoTimer(ledger)
    })
    expect(ledger.socketsCreated).toBe(CYCLES)
    expect(grown).toBeLessThan(SLACK)
    await expectNothingLeft(ledger, target)
  })

  test('a client that is closed while it connects', async () => {
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'stall', match: target, count: 'always' })
    const ledger = createResourceLedger(WebSocket)
    const connection = openSocket(server.now.url + target, { environment: ledger.environment })
    const grown = await growth(async (number) => {
      connection.client.open()
      // The attempt starts in a microtask.
      await vi.waitFor(() => expect(ledger.socketsCreated).toBe(number), { timeout: 20_000, interval: 1 })
      connection.client.close()
      expect(ledger.balance()).toMatchObject({ timers: 0, listeners: 0 })
    })
    expect(connection.statuses.filter((status) => status === 'open')).toEqual([])
    expect(grown).toBeLessThan(SLACK)
    await expectNothingLeft(ledger, target)
  })

  test('one client for each cycle and URL, also if messages are still queued when it leaves', async () => {
    const target = newTarget('/echo')
    const ledger = createResourceLedger(WebSocket)
    const dropped: boolean[] = []
    const grown = await growth(async (number) => {
      // Not with `openSocket`, which keeps its clients until the test ends.
      const { environment } = ledger
      const client = createWebSocket(`${server.now.url}${target}&${number}`, {
        environment,
        heartbeat: pings(),
        closeDelay: 0,
      })
      const opened = new Promise((resolve) => client.on('open', resolve))
      client.on('error', (error) => dropped.push(isTautlineError(error, 'dropped')))
      client.open()
      if (number % 2 === 0) client.send('queued')
      else await opened
      client.close()
      await expectNoTimer(ledger)
    })
    expect(dropped).toEqual(Array.from({ length: CYCLES / 2 }, () => true))
    expect(grown).toBeLessThan(SLACK)
    await expectNothingLeft(ledger, target)
  })

  test('errors that an application keeps do not keep the sockets that caused them', async () => {
    const target = newTarget('/echo')
    server.now.faults.add({ fault: 'accept-then-drop', match: target, count: 'always' })
    const ledger = createResourceLedger(WebSocket)
    const connection = openSocket(server.now.url + target, {
      environment: ledger.environment,
      retry: { delay: () => 0 },
    })
    await connection.until(({ errors }) => errors.length >= CYCLES)
    connection.client.close()
    await expectNothingLeft(ledger, target)
    expect(connection.errors.length).toBeGreaterThanOrEqual(CYCLES)
  })
})
