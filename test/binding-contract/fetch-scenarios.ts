import { answers } from './fetch-answers.ts'
import { badInput } from './fetch-bad-input.ts'
import { caching, mutating } from './fetch-caching.ts'
import { commands } from './fetch-commands.ts'
import { leaving } from './fetch-leaving.ts'
import { opening } from './fetch-opening.ts'
import { pageEvents } from './fetch-page-events.ts'
import type { FetchScenario } from './fetch-page.ts'
import { progress } from './fetch-progress.ts'
import { rendering } from './fetch-rendering.ts'
import { retrying } from './fetch-retrying.ts'
import { sharing } from './fetch-sharing.ts'

/** All that `useFetch` promises, theme by theme. */
export const fetchScenarios: Readonly<Record<string, readonly FetchScenario[]>> = {
  opening,
  leaving,
  answers,
  retrying,
  'page events': pageEvents,
  caching,
  mutating,
  commands,
  progress,
  rendering,
  sharing,
  'bad input': badInput,
}
