import { pollsCycles } from './scenarios/polls-cycles.ts'
import { usedHeap } from './support/heap.ts'
import { useDemoServer } from './support/server.ts'
import { createWorld } from './support/world.ts'

const server = useDemoServer()

pollsCycles(
  createWorld(() => server.now),
  { used: usedHeap },
)
