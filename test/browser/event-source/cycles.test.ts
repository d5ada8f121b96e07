import { cycles } from '../../server/scenarios/event-source/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { stormHarness } from '../support/environments.ts'

cycles(stormHarness, { used: usedHeap })
