// @vitest-environment jsdom
import { react, strictReact } from '../../browser/support/fetch/react.tsx'
import { vue } from '../../browser/support/fetch/vue.ts'
import { fetchHooks } from '../scenarios/fetch/hooks.ts'
import { useDemoServer } from '../support/server.ts'
import { createWorld } from '../support/environment-harness.ts'

const server = useDemoServer()

fetchHooks(
  createWorld(() => server.now),
  [react, strictReact, vue],
)
