import { fetchCycles } from '../../server/scenarios/fetch/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { stormHarness } from '../support/environments.ts'

fetchCycles(stormHarness, { used: usedHeap })
