import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { others, tautline, threeTransports } from './policies.ts'
import { simulate } from './simulate.ts'
import { startsInOutage } from './transports.ts'

const policies = [tautline, threeTransports, ...others]
const scenario = { clients: 500, outage: 5000, rate: 100 }

describe('the reconnect simulation', () => {
  it.each(policies)('has the same outcome for the same seed: $name ($source)', (policy) => {
    expect(simulate(policy, scenario, 7)).toEqual(simulate(policy, scenario, 7))
  })

  it('has a different outcome for a different seed', () => {
    expect(simulate(tautline, scenario, 7)).not.toEqual(simulate(tautline, scenario, 8))
  })

  it('loses no client: each is connected again, or has given up', () => {
    const policy = fc.constantFrom(...policies)
    const clients = fc.integer({ min: 1, max: 400 })
    const outage = fc.integer({ min: 0, max: 20_000 })
    const rate = fc.integer({ min: 10, max: 1000 })
    const property = fc.property(
      policy,
      clients,
      outage,
      rate,
      fc.nat(),
      (policy, clients, outage, rate, seed) => {
        const { back, gaveUp, connectAttempts, refused } = simulate(policy, { clients, outage, rate }, seed)
        expect(back + gaveUp).toBe(clients)
        expect(connectAttempts).toBeGreaterThanOrEqual(back + refused)
      },
    )
    fc.assert(property, { numRuns: 50 })
  })

  it('accepts no client during the outage, and no more than the rate after it', () => {
    for (const policy of policies) {
      const { back, last, nearlyAll = Infinity } = simulate(policy, scenario, 1)
      if (back > 0) expect(last).toBeGreaterThanOrEqual(scenario.outage)
      // The backlog accepts the clients of a tenth of a second at once.
      expect(nearlyAll).toBeGreaterThanOrEqual(
        scenario.outage + ((scenario.clients * 0.99) / scenario.rate) * 1000 - 100,
      )
    }
  })

  it('counts clients that give up: three tries of 3 s end within a minute', () => {
    const threeTries = others.filter(({ source }) => source.startsWith('ahooks'))
    for (const policy of threeTries) {
      expect(simulate(policy, { ...scenario, outage: 60_000 }, 1)).toMatchObject({
        back: 0,
        gaveUp: scenario.clients,
      })
    }
    expect(threeTries).toHaveLength(1)
  })
})

describe('a list of transports', () => {
  it('starts two of them in the first retry, and one in each later one', () => {
    expect(startsInOutage(1)).toEqual([1, 1, 1, 1, 1, 1, 1, 1])
    expect(startsInOutage(3)).toEqual([2, 1, 1, 1, 1, 1, 1, 1])
  })

  it.each([1000, 5000, 60_000])(
    'is refused at most one and a half times as often as one transport, after an outage of %d ms',
    (outage) => {
      for (const seed of [1, 2, 3]) {
        const all = { clients: 10_000, rate: 500, outage }
        const one = simulate(tautline, all, seed)
        const three = simulate(threeTransports, all, seed)
        expect(three.refused).toBeLessThanOrEqual(1.5 * one.refused)
        expect(three.back).toBe(one.back)
      }
    },
  )
})
