import { lossless } from '../../server/scenarios/event-source/lossless.ts'
import { stormyWorld } from '../support/environments.ts'

lossless(stormyWorld)
