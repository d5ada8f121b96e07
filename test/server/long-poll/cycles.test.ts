import { pollsCycles } from '../scenarios/long-poll/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()

pollsCycles(
  createEnvironmentHarness(() => server.now),
  { used: usedHeap },
)
