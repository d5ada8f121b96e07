import { lossless } from '../server/scenarios/lossless.ts'
import { stormyWorld } from './support/worlds.ts'

lossless(stormyWorld)
