import { withCommon } from '../common/scenarios.ts'
import { badInput } from './bad-input.ts'
import { closing } from './closing.ts'
import { events } from './events.ts'
import { messages } from './messages.ts'
import { opening } from './opening.ts'
import { pageEvents } from './page-events.ts'
import { providers } from './providers.ts'
import { reconnecting } from './reconnecting.ts'
import { http } from '../common/http-scenarios.ts'
import { requests } from './requests.ts'
import { resuming } from './resuming.ts'
import { sharing } from './sharing.ts'
import type { StreamScenario } from '../support/scenario.ts'

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
