import { mockPollServer } from '../../../../test/binding-contract/long-poll/server.ts'
import { longPollScenarios } from '../../../../test/binding-contract/long-poll/scenarios.ts'
import { runScenarios } from '../../../../test/binding-contract/support/run.ts'
import { pollDriver } from '../support/driver.tsx'

runScenarios(pollDriver, mockPollServer, longPollScenarios)
