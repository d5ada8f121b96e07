import { pollsLossless } from '../server/scenarios/polls-lossless.ts'
import { stormyWorld } from './support/worlds.ts'

pollsLossless(stormyWorld, { resends: true })
