import { cycles } from '../server/scenarios/cycles.ts'
import { usedHeap } from './support/heap.ts'
import { stormyWorld } from './support/worlds.ts'

cycles(stormyWorld, { used: usedHeap })
