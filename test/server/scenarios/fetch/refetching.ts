import { describe, expect, test } from 'vitest'
import type { User } from '@tautline/demo-server'
import { changeElsewhere, countsOf, isOver, look, newUser } from '../../support/fetch/requests.ts'
import { stopped, until } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

/** Automatic refetching. */
export function fetchRefresh(harness: EnvironmentHarness): void {
  describe('automatic refetching', () => {
    test('[refetch] refetchInterval: requests once per interval, and shows what has changed on the server', async () => {
      const { clock, environment } = stopped()
      const { target, path } = await newUser(harness)
      // No jitter: the random number is the middle of its range.
      const request = look<User>(harness.url + target, {
        environment: { ...environment, random: () => 0.5 },
        refetchInterval: 1000,
      })
      for (let turn = 1; turn <= 4; turn += 1) {
        await request.until(isOver)
        expect(await countsOf(harness, target)).toMatchObject({ requests: turn, notModified: turn - 1 })
        await clock.advance(999)
        expect(await countsOf(harness, target)).toMatchObject({ requests: turn })
        await clock.advance(1)
        await until(async () => expect((await countsOf(harness, target)).requests).toBe(turn + 1))
      }
      await request.until(isOver)
      expect([request.messages.length, request.statuses]).toEqual([1, ['idle', 'pending', 'success']])
      await changeElsewhere(harness, path, { city: 'Elsewhere' })
      await clock.advance(1000)
      await request.until(({ data }) => data?.city === 'Elsewhere')
    })

    test('[refetch] equal requests share one interval: the shortest', async () => {
      const { clock, environment } = stopped()
      const shared = { ...environment, random: () => 0.5 }
      const { target } = await newUser(harness)
      const slow = look<User>(harness.url + target, { environment: shared, refetchInterval: 5000 })
      const quick = look<User>(harness.url + target, { environment: shared, refetchInterval: 1000 })
      await Promise.all([slow, quick].map((request) => request.until(isOver)))
      for (let turn = 1; turn <= 3; turn += 1) {
        await clock.advance(1000)
        await until(async () => expect((await countsOf(harness, target)).requests).toBe(turn + 1))
        await quick.until(isOver)
      }
      quick.leave()
      await clock.advance(4999)
      expect((await countsOf(harness, target)).requests).toBe(4)
      await clock.advance(1)
      await until(async () => expect((await countsOf(harness, target)).requests).toBe(5))
    })

    test('[unmount] [refetch] it ends with the last subscriber, also during a refetch, and leaves nothing behind', async () => {
      const { clock, environment } = stopped()
      let listeners = 0
      const counted = {
        ...environment,
        random: () => 0.5,
        onPageEvent() {
          listeners += 1
          return () => void (listeners -= 1)
        },
      }
      const { target } = await newUser(harness)
      const options = { environment: counted, refetchInterval: 1000 }
      const both = [look<User>(harness.url + target, options), look<User>(harness.url + target, options)]
      await Promise.all(both.map((request) => request.until(isOver)))
      expect([clock.timers, listeners]).toEqual([1, 1])
      both[0]?.leave()
      await clock.advance(1000)
      await until(async () => expect((await countsOf(harness, target)).requests).toBe(2))
      await both[1]?.until(isOver)
      await harness.addFault({ fault: 'stall', match: target })
      await clock.advance(1000)
      await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
      both[1]?.leave()
      await until(async () =>
        expect(await countsOf(harness, target)).toMatchObject({ inFlight: 0, aborted: 1 }),
      )
      expect([clock.timers, listeners]).toEqual([0, 0])
      await clock.advance(600_000)
      expect((await countsOf(harness, target)).requests).toBe(3)
    })
  })
}
