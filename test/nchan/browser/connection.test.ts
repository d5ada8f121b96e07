import { test } from 'vitest'
import { ALL_PHASES, runPhases } from '../support/scale-out/connections.ts'

// In Chromium, from a page of another origin.

test('[nchan] 2,000 messages while each transport fails and recovers: all arrive once and in order', async () => {
  await runPhases(ALL_PHASES, 2_000)
})
