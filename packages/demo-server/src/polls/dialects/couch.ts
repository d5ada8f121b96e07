import { createHash } from 'node:crypto'
import { type Fields } from '../../input.ts'
import { Problem } from '../../problem.ts'
import { SEQUENCE_RANGE, MAX_HOLD_MS, MAX_MESSAGES, type PollDialect, readHold } from '../poll-dialect.ts'
import { type PollLog, type PollMessage } from '../poll-log.ts'
import { type PollLogs, readLogName } from '../poll-logs.ts'
import { jsonResponse } from '../../whole-response.ts'

/** Builds an opaque update sequence. Since CouchDB 2 it is not a plain number. */
const seqOf = (seq: number): string => `${seq}-demo`

function readSince(parameters: Fields, log: PollLog): number {
  const text = parameters.text('since', { min: 1, max: 100 }, '0')
  if (text === 'now') return log.published
  const [, digits] = /^(\d{1,9})(?:-demo)?$/.exec(text) ?? []
  if (digits === undefined) throw new Problem(400, 'bad-input', 'This is not a sequence of this log', 'since')
  return Number(digits)
}

/** Builds a row of the response. Each message is a document. */
function changeOf({ seq, text, at }: PollMessage, withDoc: boolean): object {
  const id = `message-${seq}`
  const rev = `1-${createHash('md5').update(text).digest('hex')}`
  const doc = { _id: id, _rev: rev, text, at }
  return { seq: seqOf(seq), id, changes: [{ rev }], ...(withDoc && { doc }) }
}

/** `_changes` of CouchDB. The database is the name of the log. `feed=normal`, the default, does not wait. */
export const createCouch = (logs: PollLogs): PollDialect => ({
  name: 'couch',
  path: '/poll/couch/:db/_changes',
  methods: ['GET'],
  admit({ parameters }) {
    const log = logs.of(readLogName(parameters, 'db'))
    const from = readSince(parameters, log)
    const feed = parameters.choice('feed', ['normal', 'longpoll'], 'normal')
    const limit = parameters.integer('limit', { min: 1, max: SEQUENCE_RANGE.max }, SEQUENCE_RANGE.max)
    const timeout = parameters.integer('timeout', { min: 0, max: MAX_HOLD_MS }, 60_000)
    const withDoc = parameters.flag('include_docs', true)
    const heartbeat = parameters.has('heartbeat')
      ? parameters.integer('heartbeat', { min: 1, max: MAX_HOLD_MS })
      : undefined
    // CouchDB then waits without a limit, because the line feeds keep the connection alive.
    const hold = readHold(parameters, heartbeat === undefined ? timeout : MAX_HOLD_MS)
    return {
      log,
      from,
      hold: feed === 'longpoll' ? hold : 0,
      limit: Math.min(limit, MAX_MESSAGES),
      heartbeat,
      write(messages) {
        const last = messages.at(-1)?.seq ?? Math.min(from, log.published)
        const results = messages.map((message) => changeOf(message, withDoc))
        return jsonResponse(
          { results, last_seq: seqOf(last), pending: log.published - last },
          { 'Cache-Control': 'must-revalidate' },
        )
      },
    }
  },
})
