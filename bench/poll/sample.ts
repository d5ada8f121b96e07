import type { TrafficLine } from './traffic.ts'
import { ways } from './ways.ts'

/** For the tests: no figures that anybody has measured. */
const rates = [0.1, 1, 10, 100]
export const lines: readonly TrafficLine[] = rates.flatMap((rate) =>
  ways.map((way) => ({
    way,
    rate,
    messages: 100,
    requests: way.polls ? 1 / rate : 0,
    bytes: way.polls ? 900 / rate + 100 : 104,
    median: 20,
    nearlyAll: 40,
  })),
)
