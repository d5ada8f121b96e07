import { pollsLossless } from '../../server/scenarios/long-poll/lossless.ts'
import { stormyWorld } from '../support/environments.ts'

pollsLossless(stormyWorld, { resends: true })
