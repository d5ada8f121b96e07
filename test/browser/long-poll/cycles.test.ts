import { pollsCycles } from '../../server/scenarios/long-poll/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { stormHarness } from '../support/environments.ts'

pollsCycles(stormHarness, { used: usedHeap })
