import { withCommon } from './common/scenarios.ts'
import { http } from './http-scenarios.ts'
import { cursors } from './long-poll-cursors.ts'
import { messages } from './long-poll-messages.ts'
import { pageEvents } from './long-poll-page.ts'
import { polling } from './long-poll-polling.ts'
import { providers } from './long-poll-providers.ts'
import { rendering } from './long-poll-rendering.ts'
import { sharing } from './long-poll-sharing.ts'
import type { HttpScenario, PollScenario } from './scenario.ts'

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
