import { expect, test } from 'vitest'
import type { FaultRule } from '@tautline/demo-server'
import {
  type Dialect,
  consul,
  couch,
  dialects,
  matrix,
  nchan,
  telegram,
} from '../../support/long-poll/dialects.ts'
import {
  type Poll,
  countsOf,
  isHeld,
  leftToStrike,
  poll,
  publish,
  textsBetween,
} from '../../support/long-poll/polls.ts'
import { until, watchedFetch } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

const ROUNDS = 66

/** The faults, one for each request. Most lose the response, and some repeat messages. */
const faults: readonly FaultRule[] = [
  { fault: 'lose' },
  { fault: 'cut', bytes: 7 },
  { fault: 'repeat', messages: 3 },
  { fault: 'refuse', status: 429, retryAfter: 0 },
  { fault: 'lose' },
  { fault: 'empty' },
  { fault: 'refuse', status: 500 },
  { fault: 'cut', bytes: 0 },
  { fault: 'repeat', messages: 1 },
  { fault: 'refuse', status: 502 },
  { fault: 'cut', bytes: 1 },
]
const BREAKS = faults.filter(({ fault }) => fault !== 'repeat' && fault !== 'empty').length / faults.length

/** One round has a Retry-After of one second. */
const faultOf = (round: number): FaultRule =>
  round === 25
    ? { fault: 'refuse', status: 429, retryAfter: 1 }
    : { fault: 'lose', ...faults[round % faults.length] }

/**
 * Polls logs through more than fifty faults.
 *
 * @param resends whether the platform silently repeats a request if a reused connection ends before the response
 */
export function pollsLossless(harness: EnvironmentHarness, { resends }: { readonly resends: boolean }): void {
  test.each(dialects)(
    '[poll-sequence] [cursor] $name: every message is delivered once and in order, one request at a time, although responses are lost, cut, refused, empty and repeated',
    (dialect) => readThrough(harness, dialect, resends),
  )
  test.each(repeated)(
    '[cursor] $dialect.name: only dedupeBy drops repeated messages, also for two clients that share their requests',
    ({ dialect, doubled }) => readRepeated(harness, dialect, doubled),
  )
}

async function readThrough(harness: EnvironmentHarness, dialect: Dialect, resends: boolean): Promise<void> {
  const log = harness.unique()
  const target = dialect.target(log)
  let came = 0
  let made = 0
  const connection = poll(harness.url + target, dialect, {
    dedupeBy(message) {
      came += 1
      return dialect.idOf(message)
    },
    environment: watchedFetch({ request: () => (made += 1) }),
  })
  const published = await publishInBursts(harness, { log, target, connection })
  await connection.until(({ messages }) => messages.length >= published)
  await isHeld(harness, log)

  const struck = ROUNDS - (await leftToStrike(harness, target))
  expect(struck).toBeGreaterThan(50)
  expect(connection.messages.map(dialect.textOf)).toEqual(textsBetween(1, published))
  expect(came).toBeGreaterThan(published)
  const counts = await countsOf(harness, log)
  expect(counts.mostInFlight).toBe(1)
  if (resends) return
  expect(counts.requests).toBe(made)
  // The last ones may still be in flight.
  expect(connection.errors.length).toBeGreaterThan(struck * BREAKS - 4)
}

/** Adds a fault before each burst. Some bursts are published while the previous one is still being received. */
async function publishInBursts(
  harness: EnvironmentHarness,
  { log, target, connection }: { readonly log: string; readonly target: string; readonly connection: Poll },
): Promise<number> {
  let published = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    await harness.addFault({ ...faultOf(round), match: target })
    const last = published + 1 + ((round * 7) % 11)
    await publish(harness, log, textsBetween(published + 1, last))
    published = last
    const behind = round % 3 === 0 ? 0 : 8
    await connection.until(({ messages }) => messages.length >= published - behind)
  }
  return published
}

const numbers = (...all: readonly number[]): readonly string[] => all.map((number) => `message ${number}`)

const repeated: readonly { readonly dialect: Dialect; readonly doubled: readonly string[] }[] = [
  ...[matrix, telegram, couch, nchan].map((dialect) => ({ dialect, doubled: numbers(1, 2, 3, 4, 3, 4, 5) })),
  // Each response contains the whole state.
  { dialect: consul, doubled: numbers(1, 2, 3, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 5) },
]

async function readRepeated(
  harness: EnvironmentHarness,
  dialect: Dialect,
  doubled: readonly string[],
): Promise<void> {
  const log = harness.unique()
  const target = dialect.target(log)
  await publish(harness, log, textsBetween(1, 3))
  const careless = poll(harness.url + target, dialect, { key: log })
  const careful = poll(harness.url + target, dialect, { key: log, dedupeBy: dialect.idOf })
  await isHeld(harness, log)
  await harness.addFault({ fault: 'repeat', messages: 2, match: target })
  await publish(harness, log, textsBetween(4, 4))
  await until(async () => expect(await leftToStrike(harness, target)).toBe(0))
  await isHeld(harness, log)
  await publish(harness, log, textsBetween(5, 5))
  await isHeld(harness, log)

  expect(careless.messages.map(dialect.textOf)).toEqual(doubled)
  expect(careful.messages.map(dialect.textOf)).toEqual(textsBetween(1, 5))
  expect((await countsOf(harness, log)).mostInFlight).toBe(1)
}
