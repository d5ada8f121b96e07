import { lossless } from '../../server/scenarios/event-source/lossless.ts'
import { stormHarness } from '../support/environments.ts'

lossless(stormHarness)
