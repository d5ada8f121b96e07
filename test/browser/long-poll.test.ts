import { polls } from '../server/scenarios/polls.ts'
import { pollsBytes } from '../server/scenarios/polls-bytes.ts'
import { pollsRefused } from '../server/scenarios/polls-refused.ts'
import { world } from './support/worlds.ts'

polls(world)
pollsRefused(world)
pollsBytes(world)
