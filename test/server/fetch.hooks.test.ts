// @vitest-environment jsdom
import { react, strictReact } from '../browser/support/react-fetch.tsx'
import { vue } from '../browser/support/vue-fetch.ts'
import { fetchHooks } from './scenarios/fetch-hooks.ts'
import { useDemoServer } from './support/server.ts'
import { createWorld } from './support/world.ts'

const server = useDemoServer()

fetchHooks(
  createWorld(() => server.now),
  [react, strictReact, vue],
)
