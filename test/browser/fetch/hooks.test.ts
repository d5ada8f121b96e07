import { fetchHooks } from '../../server/scenarios/fetch/hooks.ts'
import { react, strictReact } from '../support/fetch/react.tsx'
import { vue } from '../support/fetch/vue.ts'
import { world } from '../support/environments.ts'

fetchHooks(world, [react, strictReact, vue])
