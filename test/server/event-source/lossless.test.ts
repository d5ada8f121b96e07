import { lossless } from '../scenarios/event-source/lossless.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()

lossless(createEnvironmentHarness(() => server.now))
