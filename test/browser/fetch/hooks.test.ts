import { fetchHooks } from '../../server/scenarios/fetch/hooks.ts'
import { react, strictReact } from '../support/fetch/react.tsx'
import { vue } from '../support/fetch/vue.ts'
import { harness } from '../support/environments.ts'

fetchHooks(harness, [react, strictReact, vue])
