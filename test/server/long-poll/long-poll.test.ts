import { polls } from '../scenarios/long-poll/polling.ts'
import { pollsBytes } from '../scenarios/long-poll/bytes.ts'
import { pollsRefused } from '../scenarios/long-poll/errors.ts'
import { useDemoServer } from '../support/server.ts'
import { createWorld } from '../support/environment-harness.ts'

const server = useDemoServer()
const world = createWorld(() => server.now)

polls(world)
pollsRefused(world)
pollsBytes(world)
