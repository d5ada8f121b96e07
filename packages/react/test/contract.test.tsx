import { runScenarios } from '../../../test/binding-contract/run.ts'
import { driver } from './driver.tsx'

runScenarios(driver)
