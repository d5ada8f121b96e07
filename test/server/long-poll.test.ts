import { polls } from './scenarios/polls.ts'
import { pollsBytes } from './scenarios/polls-bytes.ts'
import { pollsRefused } from './scenarios/polls-refused.ts'
import { useDemoServer } from './support/server.ts'
import { createWorld } from './support/world.ts'

const server = useDemoServer()
const world = createWorld(() => server.now)

polls(world)
pollsRefused(world)
pollsBytes(world)
