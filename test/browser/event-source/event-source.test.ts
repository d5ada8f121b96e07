import { responses } from '../../server/scenarios/event-source/responses.ts'
import { bytes } from '../../server/scenarios/event-source/bytes.ts'
import { completions } from '../../server/scenarios/event-source/completions.ts'
import { liveness } from '../../server/scenarios/event-source/liveness.ts'
import { harness } from '../support/environments.ts'

responses(harness)
liveness(harness)
bytes(harness)
completions(harness)
