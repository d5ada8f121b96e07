import { answers } from '../server/scenarios/answers.ts'
import { bytes } from '../server/scenarios/bytes.ts'
import { completions } from '../server/scenarios/completions.ts'
import { liveness } from '../server/scenarios/liveness.ts'
import { world } from './support/worlds.ts'

answers(world)
liveness(world)
bytes(world)
completions(world)
