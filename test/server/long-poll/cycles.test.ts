import { pollsCycles } from '../scenarios/long-poll/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { useDemoServer } from '../support/server.ts'
import { createWorld } from '../support/environment-harness.ts'

const server = useDemoServer()

pollsCycles(
  createWorld(() => server.now),
  { used: usedHeap },
)
