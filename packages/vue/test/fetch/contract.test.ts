import { runFetchScenarios } from '../../../../test/binding-contract/fetch/run.ts'
import { fetchScenarios } from '../../../../test/binding-contract/fetch/scenarios.ts'
import { fetchDriver } from '../support/driver.ts'

runFetchScenarios(fetchDriver, fetchScenarios)
