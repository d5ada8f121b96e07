import { lossless } from './scenarios/lossless.ts'
import { useDemoServer } from './support/server.ts'
import { createWorld } from './support/world.ts'

const server = useDemoServer()

lossless(createWorld(() => server.now))
