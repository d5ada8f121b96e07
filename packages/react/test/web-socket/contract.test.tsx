import { runScenarios } from '../../../../test/binding-contract/support/run.ts'
import { webSocketScenarios } from '../../../../test/binding-contract/web-socket/scenarios.ts'
import { mockSocketServer } from '../../../../test/binding-contract/web-socket/server.ts'
import { socketDriver } from '../support/driver.tsx'

runScenarios(socketDriver, mockSocketServer, webSocketScenarios)
