import { withCommon } from '../common/scenarios.ts'
import type { ConnectionScenario } from '../support/scenario.ts'

export const connectionScenarios = withCommon<ConnectionScenario>({})
