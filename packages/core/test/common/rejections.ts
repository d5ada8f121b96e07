import { afterEach, beforeEach, expect } from 'vitest'

/** Makes every test of a file fail if a rejected promise is not handled. */
export function expectNoUnhandledRejection(): void {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)

  beforeEach(() => {
    unhandled.length = 0
    process.on('unhandledRejection', note)
  })

  afterEach(async () => {
    // Node reports rejections after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
}
