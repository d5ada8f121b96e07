import { cycles } from '../../server/scenarios/event-source/cycles.ts'
import { usedHeap } from '../support/heap.ts'
import { stormyWorld } from '../support/environments.ts'

cycles(stormyWorld, { used: usedHeap })
