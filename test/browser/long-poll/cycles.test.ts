import { pollsCycles } from '../../server/scenarios/long-poll/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { stormyWorld } from '../support/environments.ts'

pollsCycles(stormyWorld, { used: usedHeap })
