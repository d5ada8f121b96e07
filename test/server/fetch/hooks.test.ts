// @vitest-environment jsdom
import { react, strictReact } from '../../browser/support/fetch/react.tsx'
import { vue } from '../../browser/support/fetch/vue.ts'
import { fetchHooks } from '../scenarios/fetch/hooks.ts'
import { useDemoServer } from '../support/server.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()

fetchHooks(
  createEnvironmentHarness(() => server.now),
  [react, strictReact, vue],
)
