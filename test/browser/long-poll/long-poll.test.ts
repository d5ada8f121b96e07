import { polls } from '../../server/scenarios/long-poll/polling.ts'
import { pollsBytes } from '../../server/scenarios/long-poll/bytes.ts'
import { pollsRefused } from '../../server/scenarios/long-poll/errors.ts'
import { harness } from '../support/environments.ts'

polls(harness)
pollsRefused(harness)
pollsBytes(harness)
