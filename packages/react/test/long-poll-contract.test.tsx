import { mockPollServer } from '../../../test/binding-contract/long-poll-server.ts'
import { longPollScenarios } from '../../../test/binding-contract/long-poll-scenarios.ts'
import { runScenarios } from '../../../test/binding-contract/run.ts'
import { pollDriver } from './driver.tsx'

runScenarios(pollDriver, mockPollServer, longPollScenarios)
