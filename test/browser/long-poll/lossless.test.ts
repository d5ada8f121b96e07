import { pollsLossless } from '../../server/scenarios/long-poll/lossless.ts'
import { stormHarness } from '../support/environments.ts'

pollsLossless(stormHarness, { resends: true })
