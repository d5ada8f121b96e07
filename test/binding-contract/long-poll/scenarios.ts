import { withCommon } from '../common/scenarios.ts'
import { http } from '../common/http-scenarios.ts'
import { cursors } from './cursors.ts'
import { messages } from './messages.ts'
import { pageEvents } from './page-events.ts'
import { polling } from './polling.ts'
import { providers } from './providers.ts'
import { rendering } from './rendering.ts'
import { sharing } from './sharing.ts'
import type { HttpScenario, PollScenario } from '../support/scenario.ts'

export const longPollScenarios = withCommon<PollScenario | HttpScenario>({
  messages,
  polling,
  cursors,
  reconnecting: http.reconnecting,
  providers: [...http.providers, ...providers],
  'page events': pageEvents,
  sharing: [...http.sharing, ...sharing],
  rendering,
  'bad input': http.badInput,
})
