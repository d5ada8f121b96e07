import { fetchCycles } from '../scenarios/fetch/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { useDemoServer } from '../support/server.ts'
import { createWorld } from '../support/environment-harness.ts'

const server = useDemoServer()

fetchCycles(
  createWorld(() => server.now),
  { used: usedHeap },
)
