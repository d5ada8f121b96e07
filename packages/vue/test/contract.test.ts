import { runScenarios } from '../../../test/binding-contract/run.ts'
import { driver } from './driver.ts'

runScenarios(driver)
