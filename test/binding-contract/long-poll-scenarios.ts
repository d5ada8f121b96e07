import { withCommon } from './common/scenarios.ts'
import type { PollScenario } from './scenario.ts'

export const longPollScenarios = withCommon<PollScenario>({})
