import { pollsLossless } from '../scenarios/long-poll/lossless.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()

pollsLossless(
  createEnvironmentHarness(() => server.now),
  { resends: false },
)
