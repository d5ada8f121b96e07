import { lossless } from '../scenarios/event-source/lossless.ts'
import { useDemoServer } from '../support/server.ts'
import { createWorld } from '../support/environment-harness.ts'

const server = useDemoServer()

lossless(createWorld(() => server.now))
