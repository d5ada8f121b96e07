import { describe, expect, test } from 'vitest'
import type { FaultRule } from '@tautline/demo-server'
import { couch, dialects, matrix, nchan } from '../../support/long-poll/dialects.ts'
import { is } from '../../support/web-socket/raw-socket.ts'
import { countsOf, isHeld, leftToStrike, poll, publish, textsBetween } from '../../support/long-poll/polls.ts'
import { stopped, until } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

const TIMES = 5

interface Trouble {
  readonly what: string
  readonly rule: Pick<FaultRule, 'fault'>
  /** The expected error; undefined if the response is still valid. */
  readonly error?: object
}

const troubles: readonly Trouble[] = [
  {
    what: 'the page of a captive portal',
    rule: { fault: 'captive-portal' },
    error: { code: 'content-type', contentType: 'text/html' },
  },
  { what: 'compressed', rule: { fault: 'gzip' } },
  { what: 'in single bytes', rule: { fault: 'one-byte' } },
  { what: 'with a byte order mark', rule: { fault: 'bom' } },
]

/** Responses that arrive changed or incomplete, and connections that break during a poll. */
export function pollsBytes(harness: EnvironmentHarness): void {
  describe('the bytes of polls', () => {
    bent(harness)
    brokenOff(harness)
    hanging(harness)
    brokenConnections(harness)
  })
}

function bent(harness: EnvironmentHarness): void {
  const ways = troubles.flatMap((trouble) =>
    dialects.map((dialect) => ({ ...trouble, dialect, name: dialect.name })),
  )
  test.each(ways)(
    '[cursor] $name: responses that arrive $what: no message is lost',
    async ({ rule, error, dialect }) => {
      const log = harness.unique()
      const target = dialect.target(log)
      await harness.addFault({ ...rule, match: target, count: TIMES })
      const connection = poll(harness.url + target, dialect, { dedupeBy: dialect.idOf })
      for (let last = 3; last <= 3 * TIMES; last += 3) {
        await publish(harness, log, textsBetween(last - 2, last))
        await connection.until(({ messages }) => messages.length === last)
      }
      await isHeld(harness, log)
      expect(connection.messages.map(dialect.textOf)).toEqual(textsBetween(1, 3 * TIMES))
      expect(await leftToStrike(harness, target)).toBe(0)
      expect(connection.errors).toMatchObject(error ? Array.from({ length: TIMES }, () => error) : [])
      expect((await countsOf(harness, log)).mostInFlight).toBe(1)
    },
  )
}

function brokenOff(harness: EnvironmentHarness): void {
  test.each(dialects)(
    '[cursor] $name: a response that breaks off at any byte is requested again, and delivers nothing before it is complete',
    async (dialect) => {
      const log = harness.unique()
      const target = dialect.target(log)
      const text = 'text that is not ASCII: é, …, 🪢'
      await publish(harness, log, [text])
      const { byteLength } = await (await fetch(harness.url + target)).arrayBuffer()
      const step = Math.ceil(byteLength / 40)
      const offsets = Array.from({ length: Math.ceil(byteLength / step) }, (_, index) => index * step)
      for (const afterBytes of offsets) await harness.addFault({ fault: 'cut', afterBytes, match: target })
      const connection = poll(harness.url + target, dialect, { retry: { delay: () => 0 } })
      await connection.until(({ messages }) => messages.length > 0)
      await isHeld(harness, log)

      expect(connection.messages.map(dialect.textOf)).toEqual([text])
      expect(await leftToStrike(harness, target)).toBe(0)
      // If the end overtakes the head, the attempt has failed, and a browser may have repeated it silently.
      expect(connection.errors.length).toBeGreaterThanOrEqual(offsets.length - 3)
      const codes = connection.errors.map((error) => ('code' in error ? error.code : error))
      expect(codes.filter((code) => code !== 'closed' && code !== 'connect-failed')).toEqual([])
      expect(codes.filter((code) => code === 'closed').length).toBeGreaterThan(offsets.length / 2)
    },
  )
}

/** Responses that stall. */
function hanging(harness: EnvironmentHarness): void {
  const ways = (['stall', 'silence'] as const).flatMap((fault) =>
    [matrix, nchan].map((dialect) => ({ fault, dialect, name: dialect.name })),
  )
  test.each(ways)(
    '[cursor] $name: $fault ends with timeout.request, and nothing is lost',
    async ({ fault, dialect }) => {
      const { clock, environment } = stopped()
      const log = harness.unique()
      const target = dialect.target(log)
      await publish(harness, log, textsBetween(1, 2))
      await harness.addFault({ fault, match: target })
      const connection = poll(harness.url + target, dialect, { environment, timeout: { request: 3000 } })
      await until(async () => expect(await harness.outcomesOf(target)).toEqual([fault]))
      await clock.advance(2999)
      expect(connection.errors).toEqual([])
      await clock.advance(1)
      expect(connection.errors).toMatchObject([{ code: 'timeout', phase: 'request', timeout: 3000 }])
      await until(async () => expect((await countsOf(harness, log)).inFlight).toBe(0))
      await clock.advance(5)
      await connection.until(({ messages }) => messages.length === 2)
      expect(connection.messages.map(dialect.textOf)).toEqual(textsBetween(1, 2))
      await connection.until(is('open'))
    },
  )
}

/** Connections that break while the server holds the request. */
function brokenConnections(harness: EnvironmentHarness): void {
  test.each(['reset', 'drop'] as const)(
    '[cursor] a held request whose connection breaks repeatedly (%s) is sent again, and no message is lost',
    async (fault) => {
      const log = harness.unique()
      const target = couch.target(log)
      const connection = poll(harness.proxyUrl + target, couch)
      for (let turn = 1; turn <= 10; turn += 1) {
        await isHeld(harness, log)
        await harness.strike({ fault }, target)
        await publish(harness, log, textsBetween(turn, turn))
        await connection.until(({ messages }) => messages.length === turn)
      }
      expect(connection.messages.map(couch.textOf)).toEqual(textsBetween(1, 10))
    },
  )

  test('[cursor] a held request whose connection is half-open ends with timeout.request, and messages published meanwhile arrive', async () => {
    const { clock, environment } = stopped()
    const log = harness.unique()
    const target = couch.target(log)
    const connection = poll(harness.proxyUrl + target, couch, { environment, timeout: { request: 3000 } })
    await isHeld(harness, log)
    await harness.strike({ fault: 'half-open' }, target)
    await publish(harness, log, textsBetween(1, 1))
    // The server has responded. It does not notice that the response is lost.
    await until(async () => expect(await harness.outcomesOf(target)).toEqual(['accepted']))
    await clock.advance(3000)
    expect(connection.errors).toMatchObject([{ code: 'timeout', phase: 'request' }])
    await clock.advance(5)
    await connection.until(({ messages }) => messages.length === 1)
    expect(connection.messages.map(couch.textOf)).toEqual(textsBetween(1, 1))
  })
}
