import { badInput } from './bad-input.ts'
import { closing } from './closing.ts'
import { destinations } from './destinations.ts'
import { liveness } from './liveness.ts'
import { messages } from './messages.ts'
import { opening } from './opening.ts'
import { outbox } from './outbox.ts'
import type { Page } from './page.ts'
import { reconnecting } from './reconnecting.ts'
import { rendering } from './rendering.ts'
import { sharing } from './sharing.ts'

/** What a hook promises, whatever the framework. `name` begins with the number of the behaviour in `docs/behaviours.md`. */
export interface Scenario {
  readonly name: string
  run(page: Page): Promise<void>
}

export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
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
