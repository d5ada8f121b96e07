import { responses } from './responses.ts'
import { badInput } from './bad-input.ts'
import { caching, mutating } from './caching.ts'
import { commands } from './commands.ts'
import { defaults } from './defaults.ts'
import { leaving } from './leaving.ts'
import { opening } from './opening.ts'
import { pageEvents } from './page-events.ts'
import type { FetchScenario } from './page.ts'
import { progress } from './progress.ts'
import { rendering } from './rendering.ts'
import { retrying } from './retrying.ts'
import { sharing } from './sharing.ts'
import { showing } from './showing.ts'
import { urlFunctions } from './url-functions.ts'

/** All scenarios of `useFetch`, by theme. */
export const fetchScenarios: Readonly<Record<string, readonly FetchScenario[]>> = {
  opening,
  'URL functions': urlFunctions,
  leaving,
  responses,
  retrying,
  'page events': pageEvents,
  caching,
  mutating,
  commands,
  defaults,
  progress,
  rendering,
  showing,
  sharing,
  'bad input': badInput,
}
