import { withCommon } from './common/scenarios.ts'
import { badInput } from './event-source-bad-input.ts'
import { closing } from './event-source-closing.ts'
import { events } from './event-source-events.ts'
import { messages } from './event-source-messages.ts'
import { opening } from './event-source-opening.ts'
import { pageEvents } from './event-source-page.ts'
import { providers } from './event-source-providers.ts'
import { reconnecting } from './event-source-reconnecting.ts'
import { http } from './http-scenarios.ts'
import { requests } from './event-source-requests.ts'
import { resuming } from './event-source-resuming.ts'
import { sharing } from './event-source-sharing.ts'
import type { StreamScenario } from './scenario.ts'

export const eventSourceScenarios = withCommon<StreamScenario>({
  opening,
  closing,
  messages,
  events,
  requests,
  resuming,
  reconnecting: [...http.reconnecting, ...reconnecting],
  providers: [...http.providers, ...providers],
  'page events': pageEvents,
  sharing: [...http.sharing, ...sharing],
  'bad input': [...http.badInput, ...badInput],
})
