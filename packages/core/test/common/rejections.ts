import { afterEach, beforeEach, expect } from 'vitest'

/** For all tests of a file: a promise that is rejected and that nobody handles is a failure. */
export function expectNoUnhandledRejection(): void {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)

  beforeEach(() => {
    unhandled.length = 0
    process.on('unhandledRejection', note)
  })

  afterEach(async () => {
    // Node says it after the microtasks of a turn.
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })
}
