import type { Live } from '@tautline/demo-server/live-client'
import { type ExpectStatic, type TestContext, describe, test } from 'vitest'
import { createLiveTransports, liveOptions, numbers } from './live-connection.ts'
import { type Network, createFrame } from './networks.ts'
import type { Receiver, ReceiverKind } from './receiver.ts'

const isNext = (id: string, before: string): boolean => Number(id) === Number(before) + 1

/** In ms, many times what a scenario takes on an idle machine: many scenarios run at the same time. */
const TIMEOUT = 90_000

const BEFORE = 600
const WHILE_BROKEN = 900
const ALL = 2_000

/** Publishes while nothing gets through. Components unmount and mount again meanwhile. */
async function publishWhileDown(
  { stored }: Network,
  live: Live,
  receiver: Receiver,
  { poll }: ExpectStatic,
): Promise<number> {
  const { retries } = receiver
  await poll(() => receiver.retries, { timeout: TIMEOUT }).toBeGreaterThan(retries)
  let last = BEFORE
  for (let part = 0; part < 3; part += 1) {
    await receiver.remount()
    ;({ last } = await live.publish(WHILE_BROKEN / 3))
  }
  if (stored !== undefined) await live.forget({ keep: stored })
  return last
}

/** Publishes while some transports work. */
async function publishWhileBroken(
  { transport }: Network,
  live: Live,
  receiver: Receiver,
  { poll }: ExpectStatic,
): Promise<number> {
  await live.publish(WHILE_BROKEN, { rate: 1_500 })
  // The message after a late one, without which it would stay held back.
  const { last } = await live.publish(1)
  await poll(() => receiver.received.at(-1), { timeout: TIMEOUT }).toBeGreaterThanOrEqual(last - 1)
  if (transport !== undefined) await poll(receiver.transport, { timeout: TIMEOUT }).toBe(transport)
  return last
}

/** Receives 2,000 messages, while the network breaks after the first 600 and recovers later. */
async function receiveThrough(
  server: string,
  network: Network,
  { create }: ReceiverKind,
  { expect, onTestFinished }: TestContext,
): Promise<void> {
  const log = createLiveTransports(server)
  const { live } = log
  const frame = network.inFrame ? createFrame() : undefined
  onTestFinished(() => frame?.remove())
  const receiver = create(log, {
    ...liveOptions,
    environment: frame?.environment,
    ...(network.findsGaps && { isNext }),
  })
  onTestFinished(receiver.close)
  const until = <Value>(read: () => Value) => expect.poll(read, { timeout: TIMEOUT })

  await until(receiver.transport).toBe('web-socket')
  await live.publish(BEFORE, { rate: 3_000 })
  await until(() => receiver.complete).toBe(BEFORE)
  await network.breakIt(live, frame?.page)
  const publish = network.isDown ? publishWhileDown : publishWhileBroken
  const last = await publish(network, live, receiver, expect)
  await live.heal()
  // Slowly, so that two transports bring messages while the better one is tried.
  await live.publish(ALL - last, { rate: 160 })
  await until(() => receiver.complete).toBe(ALL)
  await until(receiver.transport).toBe(network.recovered ?? 'web-socket')
  const oldest = last - (network.stored ?? last) + 1
  const isLost = oldest > 1
  receiver.check(
    expect,
    isLost ? [...numbers(BEFORE), ...numbers(ALL, oldest - 1)] : numbers(ALL),
    isLost ? [{ after: String(BEFORE), before: String(oldest) }] : [],
  )
  receiver.close()
  const countOpen = async () =>
    Object.values((await live.counts()).transports).map(({ open: connections }) => connections)
  await until(countOpen).toEqual([0, 0, 0, 0, 0, 0])
}

interface BrokenNetworks {
  /** Returns the address of the demo server. Called for each scenario. */
  readonly server: () => string
  readonly networks: readonly Network[]
  readonly receivers: readonly ReceiverKind[]
}

/** The connection over several transports, on networks that break. They run concurrently, because they mostly wait. */
export function brokenNetworks({ server, networks, receivers }: BrokenNetworks): void {
  describe.each(receivers)('$name', (receiver) => {
    for (const network of networks)
      test.concurrent(
        `${network.name}: 2,000 messages arrive once and in order`,
        { timeout: 3 * TIMEOUT },
        (context) => receiveThrough(server(), network, receiver, context),
      )
  })
}
