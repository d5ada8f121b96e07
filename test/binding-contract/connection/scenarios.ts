import { withCommon } from '../common/scenarios.ts'
import type { ConnectionScenario } from '../support/scenario.ts'
import { lists } from './lists.ts'
import { resuming } from './resuming.ts'
import { sending } from './sending.ts'
import { switching } from './switching.ts'

export const connectionScenarios = withCommon<ConnectionScenario>({ switching, resuming, sending, lists })
