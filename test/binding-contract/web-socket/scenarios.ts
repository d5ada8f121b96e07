import { acks } from './acks.ts'
import { badInput } from './bad-input.ts'
import { closing } from './closing.ts'
import { withCommon } from '../common/scenarios.ts'
import { destinations } from './destinations.ts'
import { liveness } from './liveness.ts'
import { outbox } from './outbox.ts'
import { reconnecting } from './reconnecting.ts'
import { rendering } from './rendering.ts'
import type { SocketScenario } from '../support/scenario.ts'
import { sharing } from './sharing.ts'

export const webSocketScenarios = withCommon<SocketScenario>({
  destinations,
  closing,
  outbox,
  acks,
  reconnecting,
  liveness,
  sharing,
  rendering,
  'bad input': badInput,
})
