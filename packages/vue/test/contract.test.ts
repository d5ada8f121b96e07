import { runScenarios } from '../../../test/binding-contract/run.ts'
import { webSocketScenarios } from '../../../test/binding-contract/scenarios.ts'
import { mockSocketServer } from '../../../test/binding-contract/server.ts'
import { socketDriver } from './driver.ts'

runScenarios(socketDriver, mockSocketServer, webSocketScenarios)
