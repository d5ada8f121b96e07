import { fetchCycles } from '../../server/scenarios/fetch/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { stormyWorld } from '../support/environments.ts'

fetchCycles(stormyWorld, { used: usedHeap })
