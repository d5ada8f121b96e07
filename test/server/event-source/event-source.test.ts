import { answers } from '../scenarios/event-source/responses.ts'
import { bytes } from '../scenarios/event-source/bytes.ts'
import { completions } from '../scenarios/event-source/completions.ts'
import { liveness } from '../scenarios/event-source/liveness.ts'
import { useDemoServer } from '../support/server.ts'
import { createWorld } from '../support/environment-harness.ts'

const server = useDemoServer()
const world = createWorld(() => server.now)

answers(world)
liveness(world)
bytes(world)
completions(world)
