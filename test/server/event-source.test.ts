import { answers } from './scenarios/answers.ts'
import { bytes } from './scenarios/bytes.ts'
import { completions } from './scenarios/completions.ts'
import { liveness } from './scenarios/liveness.ts'
import { useDemoServer } from './support/server.ts'
import { createWorld } from './support/world.ts'

const server = useDemoServer()
const world = createWorld(() => server.now)

answers(world)
liveness(world)
bytes(world)
completions(world)
