import { connectionKind } from '../../../../test/binding-contract/connection/kind.ts'
import { connectionScenarios } from '../../../../test/binding-contract/connection/scenarios.ts'
import { runScenarios } from '../../../../test/binding-contract/support/run.ts'
import { mockSocketServer } from '../../../../test/binding-contract/web-socket/server.ts'
import { connectionDriver } from '../support/driver.ts'

runScenarios(connectionDriver, () => mockSocketServer(connectionKind), connectionScenarios)
