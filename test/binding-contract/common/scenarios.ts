import type { CommonScenario, Scenario } from '../support/scenario.ts'
import { badInput } from './bad-input.ts'
import { closing } from './closing.ts'
import { destinations } from './destinations.ts'
import { functions } from './functions.ts'
import { inline } from './inline.ts'
import { messages } from './messages.ts'
import { opening } from './opening.ts'
import { pageEvents } from './page-events.ts'
import { providers } from './providers.ts'
import { reconnecting } from './reconnecting.ts'
import { rendering } from './rendering.ts'
import { sharing } from './sharing.ts'
import { urlFunctions } from './url-functions.ts'
import { users } from './users.ts'

type Themes<One> = Readonly<Record<string, readonly One[]>>

/** Scenarios of all kinds of connections. */
const commonScenarios: Themes<CommonScenario> = {
  opening,
  destinations,
  closing,
  messages,
  reconnecting,
  providers,
  'url functions': urlFunctions,
  'page events': pageEvents,
  sharing,
  users,
  functions,
  inline,
  rendering,
  'bad input': badInput,
}

/** All scenarios of one kind of connection, by theme: the common ones and its own. */
export function withCommon<Own extends Scenario<never>>(own: Themes<Own>): Themes<CommonScenario | Own> {
  const themes = new Set([...Object.keys(commonScenarios), ...Object.keys(own)])
  return Object.fromEntries(
    [...themes].map((theme) => [theme, [...(commonScenarios[theme] ?? []), ...(own[theme] ?? [])]]),
  )
}
