import { pollsCycles } from '../server/scenarios/polls-cycles.ts'
import { usedHeap } from './support/heap.ts'
import { stormyWorld } from './support/worlds.ts'

pollsCycles(stormyWorld, { used: usedHeap })
