import { badInput } from './bad-input.ts'
import { closing } from './closing.ts'
import { destinations } from './destinations.ts'
import { liveness } from './liveness.ts'
import { messages } from './messages.ts'
import { opening } from './opening.ts'
import { outbox } from './outbox.ts'
import type { SocketPage, StreamPage } from './page.ts'
import { reconnecting } from './reconnecting.ts'
import { rendering } from './rendering.ts'
import { sharing } from './sharing.ts'

/** What a hook promises, whatever the framework. `name` begins with the number of the behaviour in `docs/behaviours.md`. */
export interface Scenario<On> {
  readonly name: string
  run(page: On): Promise<void>
}

export type SocketScenario = Scenario<SocketPage>
export type StreamScenario = Scenario<StreamPage>

export const webSocketScenarios: Readonly<Record<string, readonly SocketScenario[]>> = {
  opening,
  destinations,
  closing,
  messages,
  outbox,
  reconnecting,
  liveness,
  sharing,
  rendering,
  'bad input': badInput,
}
