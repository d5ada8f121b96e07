import { fetchCycles } from '../server/scenarios/fetch-cycles.ts'
import { usedHeap } from './support/heap.ts'
import { stormyWorld } from './support/worlds.ts'

fetchCycles(stormyWorld, { used: usedHeap })
