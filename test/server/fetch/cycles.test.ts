import { fetchCycles } from '../scenarios/fetch/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()

fetchCycles(
  createEnvironmentHarness(() => server.now),
  { used: usedHeap },
)
