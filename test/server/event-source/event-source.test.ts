import { responses } from '../scenarios/event-source/responses.ts'
import { bytes } from '../scenarios/event-source/bytes.ts'
import { completions } from '../scenarios/event-source/completions.ts'
import { liveness } from '../scenarios/event-source/liveness.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()
const harness = createEnvironmentHarness(() => server.now)

responses(harness)
liveness(harness)
bytes(harness)
completions(harness)
