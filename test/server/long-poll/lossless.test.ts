import { pollsLossless } from '../scenarios/long-poll/lossless.ts'
import { useDemoServer } from '../support/server.ts'
import { createWorld } from '../support/environment-harness.ts'

const server = useDemoServer()

pollsLossless(
  createWorld(() => server.now),
  { resends: false },
)
