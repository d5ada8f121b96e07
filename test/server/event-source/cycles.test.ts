import { cycles } from '../scenarios/event-source/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()

cycles(
  createEnvironmentHarness(() => server.now),
  { used: usedHeap },
)
