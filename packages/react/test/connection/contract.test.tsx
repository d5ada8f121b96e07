import { connectionScenarios } from '../../../../test/binding-contract/connection/scenarios.ts'
import { runScenarios } from '../../../../test/binding-contract/support/run.ts'
import { mockConnectionServer } from '../../../../test/binding-contract/connection/server.ts'
import { connectionDriver } from '../support/driver.tsx'

runScenarios(connectionDriver, mockConnectionServer, connectionScenarios)
