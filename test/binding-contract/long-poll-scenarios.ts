import { withCommon } from './common/scenarios.ts'
import { http } from './http-scenarios.ts'
import type { HttpScenario, PollScenario } from './scenario.ts'

export const longPollScenarios = withCommon<PollScenario | HttpScenario>({
  reconnecting: http.reconnecting,
  providers: http.providers,
  sharing: http.sharing,
  'bad input': http.badInput,
})
