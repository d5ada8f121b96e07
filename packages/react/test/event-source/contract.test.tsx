import { mockStreamServer } from '../../../../test/binding-contract/event-source/server.ts'
import { eventSourceScenarios } from '../../../../test/binding-contract/event-source/scenarios.ts'
import { runScenarios } from '../../../../test/binding-contract/support/run.ts'
import { streamDriver } from '../support/driver.tsx'

runScenarios(streamDriver, mockStreamServer, eventSourceScenarios)
