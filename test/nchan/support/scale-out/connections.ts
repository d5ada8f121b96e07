import { expect, onTestFinished, vi } from 'vitest'
import { type Environment, browserEnvironment, createConnection, nchan, pings, text } from '@tautline/core'
import { type Recorded, record } from '../../../server/support/recorded.ts'
import { numbered } from '../bursts.ts'
import type { ControlRequest, Network } from './control.ts'
import { newNetwork, newSharedChannel, publish } from './networks.ts'

// A connection to the two nodes, for tests in Node and in a browser.

/** Waits until the assertion passes. The timeout is long, because a machine may be busy. */
export const until = (isSo: () => void | Promise<void>) => vi.waitFor(isSo, { timeout: 30_000, interval: 10 })

type Client = ReturnType<typeof createConnection<string>>

export interface Connection extends Recorded<string, Client> {
  /** The transports that were active, in order; undefined while none was. */
  readonly used: readonly (string | undefined)[]
  /** The active transport. */
  transport(): string | undefined
}

/** Connects to a channel until the test ends. All waits are short. */
export function connect(network: Pick<Network, 'url'>, channel: string, initialCursor?: string): Connection {
  const environment: Partial<Environment> = { ...browserEnvironment(), baseUrl: network.url }
  const transports = nchan(`/ch/${channel}`, {
    poll: `/poll/${channel}`,
    interval: 20,
    heartbeat: pings({ interval: 500, timeout: 1_000 }),
  })
  const client = createConnection<string>(transports, {
    codec: text(),
    retry: { delay: () => 5 },
    closeDelay: 0,
    fallbackAfter: 500,
    upgrade: { after: 400, cap: 1_000 },
    remember: false,
    environment,
    initialCursor,
  })
  const transport = () => client.getSnapshot().transport
  const used: (string | undefined)[] = []
  client.on('transition', () => {
    if (transport() !== used.at(-1)) used.push(transport())
  })
  const recorded = record<string, Client>(client)
  onTestFinished(() => client.close())
  client.open()
  return { ...recorded, used, transport }
}

/** A change of the network, and the transport that is used afterwards. */
export type Phase = readonly [change: ControlRequest, transport: string]

/**
 * Publishes messages on the first node while the network goes through these phases, and checks that all arrive once and
 * in order.
 *
 * @param count the least number of messages
 */
export async function runPhases(phases: readonly Phase[], count: number): Promise<Network> {
  const channel = newSharedChannel()
  const network = await newNetwork()
  const connection = connect(network, channel)
  let sent = 0
  const publishNext = (count: number): Promise<void> => publish(channel, numbered(sent + 1, (sent += count)))
  for (const [change, transport] of phases) {
    await network.change(change)
    // Messages are published during the change, and over the transport that is expected then.
    await until(async () => {
      await publishNext(1)
      expect(connection.transport()).toBe(transport)
    })
    await publishNext(100)
  }
  await publishNext(Math.max(0, count - sent))
  await until(() => expect(connection.messages.length).toBeGreaterThanOrEqual(sent))
  expect(connection.messages).toEqual(numbered(1, sent))
  expect(connection.used).toEqual(expect.arrayContaining(phases.map(([, transport]) => transport)))
  return network
}

/** Each transport fails and recovers. */
export const ALL_PHASES: readonly Phase[] = [
  [{}, 'web-socket'],
  [{ faults: { 'web-socket': 'refuse' }, kill: ['web-socket'] }, 'event-source'],
  [{ faults: {} }, 'web-socket'],
  // Half-open, and a new one stays silent.
  [{ faults: { 'web-socket': 'silence' }, freeze: ['web-socket'] }, 'event-source'],
  [
    {
      faults: { 'web-socket': 'close', 'event-source': 'hold-body' },
      kill: ['web-socket', 'event-source'],
    },
    'long-poll',
  ],
  [
    {
      faults: { 'web-socket': 'strip-upgrade', 'event-source': 'portal', 'long-poll': 'cut' },
      kill: ['long-poll'],
    },
    'short-poll',
  ],
  [{ faults: { 'web-socket': 'refuse', 'event-source': 'one-late' } }, 'event-source'],
  [{ faults: {} }, 'web-socket'],
]
