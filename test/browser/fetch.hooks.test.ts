import { fetchHooks } from '../server/scenarios/fetch-hooks.ts'
import { react, strictReact } from './support/react-fetch.tsx'
import { vue } from './support/vue-fetch.ts'
import { world } from './support/worlds.ts'

fetchHooks(world, [react, strictReact, vue])
