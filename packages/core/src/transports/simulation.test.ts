import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fallbackPolicy } from '../../test/machine/fallback-script.ts'
import {
  type Mutation,
  type Network,
  type Result,
  type Scenario,
  simulateFallback,
} from '../../test/transports/transport-simulation.ts'
import { seeded } from '../../test/common/seeded.ts'
import { fallbackTransition } from '../machine/fallback-machine.ts'

const MESSAGES = 300
const FAULTS_END = 25_000

const networks = fc.constantFrom<Network>('works', 'works', 'works', 'refuses', 'closes', 'ignores', 'deaf')

/** Two or three transports of one log on a network that changes seven times, and in the end works. */
const scenarios = (hasGapDetection: boolean): fc.Arbitrary<Scenario> =>
  fc
    .record({
      count: fc.constantFrom(2, 3),
      changes: fc.array(
        fc.record({
          after: fc.integer({ min: 100, max: 4000 }),
          isCut: fc.boolean(),
          networks: fc.tuple(networks, networks, networks),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      fallbackAfterMs: fc.constantFrom(200, 500, 1000),
      stableAfterMs: fc.constantFrom(500, 2000),
      afterMs: fc.constantFrom(300, 1000),
      latency: fc.constantFrom(5, 50, 400),
      listenerMs: fc.constantFrom(0, 20, 300),
      remembered: fc.constantFrom(undefined, 0, 1),
      seed: fc.nat(),
    })
    .map(({ count, changes, fallbackAfterMs, stableAfterMs, afterMs, seed, ...own }) => {
      let from = 0
      const periods = changes.map((change, index) => {
        from = index === 0 ? 0 : from + change.after
        return { from, isCut: change.isCut, networks: change.networks.slice(0, count) }
      })
      periods.push({ from: FAULTS_END, isCut: true, networks: [] })
      return {
        ...own,
        policy: {
          ...fallbackPolicy,
          proofs: (['reply', 'byte', 'byte'] as const).slice(0, count),
          fallbackAfterMs,
          stableAfterMs,
          upgrade: { afterMs, capMs: 4000 },
        },
        periods,
        log: Array.from({ length: MESSAGES }, (_, index) => index * 80),
        swallowed: hasGapDetection ? 0.02 : 0,
        hasGapDetection,
        random: seeded(seed),
        until: 120_000,
      }
    })

/** What was delivered and what was reported as missing have to be the log. */
function isComplete({ delivered, missing }: Result): boolean {
  const isInOrder = delivered.every((id, index) => id > (delivered[index - 1] ?? 0))
  const known = new Set([...delivered, ...missing])
  return isInOrder && known.size === MESSAGES && delivered.length + missing.length === MESSAGES
}

describe('two or three transports of one log', () => {
  test('deliver every message once, in order, while networks block, freeze and cut them', () => {
    let switches = 0
    fc.assert(
      fc.property(scenarios(false), (scenario) => {
        const result = simulateFallback(scenario)
        expect(isComplete(result)).toBe(true)
        expect(result.missing).toEqual([])
        switches += result.switches.length
      }),
      { numRuns: 300 },
    )
    expect(switches).toBeGreaterThan(600)
  })

  test('also while messages are swallowed, or report which ones none of them had', () => {
    let [gaps, missing] = [0, 0]
    fc.assert(
      fc.property(scenarios(true), (scenario) => {
        const result = simulateFallback(scenario)
        expect(isComplete(result)).toBe(true)
        missing += result.missing.length
        gaps += result.started.length
      }),
      { numRuns: 300 },
    )
    // Nearly all gaps are filled by another start.
    expect(missing).toBeLessThan(gaps / 50)
  })
})

/** Counts the scenarios in which a mutation loses, repeats or reorders messages. */
function countFaults(mutation: Mutation): number {
  return fc
    .sample(scenarios(false), { numRuns: 100, seed: 1 })
    .filter((scenario) => !isComplete(simulateFallback(scenario, mutation))).length
}

/** The transition function without a transport that is started beside a late one. */
const withoutParallelCandidate: typeof fallbackTransition = (state, event, policy, input) =>
  event.type === 'timeout' && event.timer === 'fallback'
    ? [state, []]
    : fallbackTransition(state, event, policy, input)

describe('the simulation finds', () => {
  test('nothing in the machine as it is', () => {
    expect(countFaults({})).toBe(0)
  })

  test('a driver that does not drop what another transport has delivered', () => {
    expect(countFaults({ noDedupe: true })).toBeGreaterThan(10)
  })

  test('a driver that starts candidates without the cursor', () => {
    expect(countFaults({ noCursor: true })).toBeGreaterThan(10)
  })

  test('a machine that starts no transport beside a late one', () => {
    const scenario = stillNetwork(['deaf', 'ignores', 'works'])
    expect(simulateFallback(scenario()).times[0]).toBeLessThan(4500)
    expect(simulateFallback(scenario(), { transition: withoutParallelCandidate }).times[0]).toBeGreaterThan(
      4500,
    )
  })
})

/** A network that does not change, and one message that waits on the server. */
function stillNetwork(kinds: readonly Network[], own: Partial<Scenario> = {}, seed = 1): () => Scenario {
  return () => ({
    policy: {
      ...fallbackPolicy,
      proofs: (['reply', 'byte', 'byte', 'byte'] as const).slice(0, kinds.length),
      upgrade: { afterMs: 30_000, capMs: 60_000 },
    },
    periods: [{ from: 0, isCut: false, networks: kinds }],
    log: [0],
    latency: 10,
    listenerMs: 0,
    swallowed: 0,
    hasGapDetection: false,
    random: seeded(seed),
    until: 300_000,
    ...own,
  })
}

const kinds = fc
  .array(fc.constantFrom<Network>('works', 'refuses', 'rejects', 'closes', 'ignores', 'deaf'), {
    minLength: 1,
    maxLength: 4,
  })
  .filter((list) => list.includes('works'))

describe('on a network that does not change', () => {
  test('the best transport that works is active in the end, whatever was remembered', () => {
    fc.assert(
      fc.property(kinds, fc.option(fc.nat(4), { nil: undefined }), fc.nat(), (list, remembered, seed) => {
        const { active, remembered: last } = simulateFallback(stillNetwork(list, { remembered }, seed)())
        const best = list.indexOf('works')
        expect(active).toBe(best)
        if (list.length > 1) expect(last ?? 0).toBe(best)
      }),
      { numRuns: 400 },
    )
  })

  test('the first message takes fallbackAfter for each deaf transport, whatever was remembered', () => {
    fc.assert(
      fc.property(kinds, fc.option(fc.nat(4), { nil: undefined }), fc.nat(), (list, remembered, seed) => {
        const deaf = list.filter((kind) => kind === 'ignores' || kind === 'deaf').length
        const { times } = simulateFallback(stillNetwork(list, { remembered, until: 20_000 }, seed)())
        expect(times[0]).toBeLessThan(fallbackPolicy.fallbackAfterMs * deaf + 500)
      }),
      { numRuns: 400 },
    )
  })

  test('a remembered transport that works costs no wait, whatever the others do', () => {
    const scenario = stillNetwork(['ignores', 'deaf', 'works'], { remembered: 2 })
    expect(simulateFallback(scenario()).times[0]).toBeLessThan(100)
  })

  test('a transport that is proved by opening alone, but is deaf, is left after two silences', () => {
    const policy = { ...fallbackPolicy, proofs: ['open', 'byte'] as const, stableAfterMs: 1000 }
    const { times, started } = simulateFallback(stillNetwork(['deaf', 'works'], { policy })())
    expect(started.slice(0, 3)).toEqual([0, 0, 1])
    expect(times[0]).toBeLessThan(15_000)
  })

  test('with upgrades off, a better transport is not tried', () => {
    const policy = { ...fallbackPolicy, upgrade: undefined }
    const { active, started } = simulateFallback(
      stillNetwork(['works', 'works'], { policy, remembered: 1 })(),
    )
    expect([active, started]).toEqual([1, [1]])
  })
})

test('no transport is left for good: after any faults the best one is active again', () => {
  const bad = fc.constantFrom<Network>('works', 'refuses', 'closes', 'ignores', 'deaf')
  const changes = fc.array(fc.record({ isCut: fc.boolean(), networks: fc.tuple(bad, bad, bad) }), {
    minLength: 1,
    maxLength: 8,
  })
  fc.assert(
    fc.property(changes, fc.nat(), (list, seed) => {
      const periods = list.map((change, index) => ({ ...change, from: index * 5000 }))
      periods.push({ from: 40_000, isCut: false, networks: ['works', 'works', 'works'] })
      const kindsAtFirst = list[0]?.networks ?? []
      expect(simulateFallback(stillNetwork(kindsAtFirst, { periods }, seed)()).active).toBe(0)
    }),
    { numRuns: 300 },
  )
})
