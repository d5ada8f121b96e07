import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type WalkDriver, someHook, steps, walkAll } from '../support/users-walk.ts'

/** Property test: no component shows or receives data of another user. */
export function testUserIsolation(driver: WalkDriver): void {
  test('[identity] no component shows or receives data of another user', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    let messageCount = 0
    await fc.assert(
      fc.asyncProperty(someHook, steps, async (hook, sequence) => {
        const walk = await walkAll(driver, hook, sequence)
        expect(walk.faults).toEqual([])
        expect(walk.environment.timers).toBe(0)
        messageCount += walk.messageCount
      }),
      { numRuns: 150 },
    )
    expect(messageCount).toBeGreaterThan(100)
  }, 120_000)
}
