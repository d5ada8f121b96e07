import { expect, test } from 'vitest'
import { numbered } from './support/bursts.ts'
import { ALL_PHASES, connect, type Phase, runPhases, until } from './support/scale-out/connections.ts'
import { newNetwork, newSharedChannel, publish } from './support/scale-out/networks.ts'

// One connection over four transports and two nodes, while the network breaks one transport after the other.

test('[nchan] 2,000 messages while each transport fails and recovers: all arrive once and in order', async () => {
  const network = await runPhases(ALL_PHASES, 2_000)
  const { requests, perNode } = await network.state()
  for (const kind of ['web-socket', 'event-source', 'long-poll', 'short-poll'] as const)
    expect(requests[kind]).toBeGreaterThan(0)
  for (const count of perNode) expect(count).toBeGreaterThan(5)
})

test.each<readonly [string, Phase[]]>([
  ['a WebSocket that is refused', [[{ faults: { 'web-socket': 'refuse' } }, 'event-source']]],
  [
    'a WebSocket whose Upgrade is stripped',
    [[{ faults: { 'web-socket': 'strip-upgrade' } }, 'event-source']],
  ],
  ['a handshake without a response', [[{ faults: { 'web-socket': 'ignore' } }, 'event-source']]],
  ['a WebSocket that opens and stays silent', [[{ faults: { 'web-socket': 'silence' } }, 'event-source']]],
  ['a WebSocket that opens and closes', [[{ faults: { 'web-socket': 'close' } }, 'event-source']]],
  [
    'event streams whose body is held back',
    [[{ faults: { 'web-socket': 'refuse', 'event-source': 'hold-body' } }, 'long-poll']],
  ],
  [
    'event streams without a response',
    [[{ faults: { 'web-socket': 'refuse', 'event-source': 'ignore' } }, 'long-poll']],
  ],
  [
    'a captive portal for event streams',
    [[{ faults: { 'web-socket': 'refuse', 'event-source': 'portal' } }, 'long-poll']],
  ],
  [
    'long polls that are cut',
    [[{ faults: { 'web-socket': 'ignore', 'event-source': 'ignore', 'long-poll': 'cut' } }, 'short-poll']],
  ],
  [
    'polls of which some are cut',
    [
      [
        {
          faults: {
            'web-socket': 'refuse',
            'event-source': 'portal',
            'long-poll': 'cut-some',
            'short-poll': 'cut-some',
          },
        },
        'long-poll',
      ],
    ],
  ],
  [
    'connections that are cut and frozen, again and again',
    [
      [{}, 'web-socket'],
      [{ kill: ['web-socket'] }, 'web-socket'],
      [{ freeze: ['web-socket'] }, 'web-socket'],
      [{ kill: ['web-socket', 'event-source'] }, 'web-socket'],
    ],
  ],
])('%s: 500 messages arrive once and in order', async (_, phases) => {
  await runPhases(phases, 500)
})

test('a new connection continues after the cursor of an earlier one, over another transport', async () => {
  const channel = newSharedChannel()
  const network = await newNetwork()
  const first = connect(network, channel)
  await publish(channel, numbered(1, 50))
  await until(() => expect(first.messages).toHaveLength(50))
  const { cursor } = first.client.getSnapshot()
  expect(cursor).toMatch(/^\d+:\d+$/)
  first.client.close()
  await publish(channel, numbered(51, 100))
  await network.change({ faults: { 'web-socket': 'refuse', 'event-source': 'portal' } })
  const second = connect(network, channel, cursor)
  await until(() => expect(second.messages).toHaveLength(50))
  expect([second.transport(), second.messages]).toEqual(['long-poll', numbered(51, 100)])
})
