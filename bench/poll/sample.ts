import type { TrafficRow } from './traffic.ts'
import { transports } from './transports.ts'

/** Sample figures for the tests. They are not measured. */
const rates = [0.1, 1, 10, 100]
export const rows: readonly TrafficRow[] = rates.flatMap((rate) =>
  transports.map((transport) => ({
    transport,
    rate,
    messages: 100,
    requests: transport.polls ? 1 / rate : 0,
    bytes: transport.polls ? 900 / rate + 100 : 104,
    median: 20,
    nearlyAll: 40,
  })),
)
