import { createConsul } from './dialects/consul.ts'
import { createCouch } from './dialects/couch.ts'
import { createMatrix } from './dialects/matrix.ts'
import { createNchan } from './dialects/nchan.ts'
import { createTelegram } from './dialects/telegram.ts'
import { type PollDialect } from './poll-dialect.ts'
import { type PollLogs } from './poll-logs.ts'

/** Creates all dialects. They read the same logs. */
export const createDialects = (logs: PollLogs): readonly PollDialect[] =>
  [createMatrix, createTelegram, createConsul, createCouch, createNchan].map((create) => create(logs))
