import { polls } from '../scenarios/long-poll/polling.ts'
import { pollsBytes } from '../scenarios/long-poll/bytes.ts'
import { pollsRefused } from '../scenarios/long-poll/errors.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()
const harness = createEnvironmentHarness(() => server.now)

polls(harness)
pollsRefused(harness)
pollsBytes(harness)
