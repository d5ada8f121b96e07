import { pollsLossless } from './scenarios/polls-lossless.ts'
import { useDemoServer } from './support/server.ts'
import { createWorld } from './support/world.ts'

const server = useDemoServer()

pollsLossless(
  createWorld(() => server.now),
  { resends: false },
)
