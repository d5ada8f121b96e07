import { type Fields } from '../../input.ts'
import { Problem } from '../../problem.ts'
import { MAX_HOLD_MS, MAX_MESSAGES, type PollDialect, readHold } from '../poll-dialect.ts'
import { type PollMessage } from '../poll-log.ts'
import { type PollLogs, readLogName } from '../poll-logs.ts'
import { jsonResponse } from '../../whole-response.ts'

const ROOM = '!log:demo'

/** Builds an opaque token. */
const tokenOf = (seq: number): string => `s${seq}_demo`

function readSince(parameters: Fields): number | undefined {
  if (!parameters.has('since')) return undefined
  const [, digits] = /^s(\d{1,9})(?:_demo)?$/.exec(parameters.text('since', { min: 0, max: 100 })) ?? []
  if (digits === undefined) throw new Problem(400, 'bad-input', 'This is not a token of this log', 'since')
  return Number(digits)
}

const eventOf = ({ seq, text, at }: PollMessage): object => ({
  event_id: `$${seq}:demo`,
  type: 'm.room.message',
  sender: '@server:demo',
  origin_server_ts: at,
  content: { msgtype: 'm.text', body: text },
})

/**
 * `/sync` of Matrix. Without `since` it is an initial sync, which gets a response at once. When there are too many messages
 * for one response, a real server skips some. This one sends them in the next response.
 */
export const createMatrix = (logs: PollLogs): PollDialect => ({
  name: 'matrix',
  path: '/poll/matrix/sync',
  methods: ['GET'],
  admit({ parameters }) {
    const log = logs.of(readLogName(parameters))
    const since = readSince(parameters)
    const from = since ?? 0
    const requestedHold = readHold(parameters, parameters.integer('timeout', { min: 0, max: MAX_HOLD_MS }, 0))
    return {
      log,
      from,
      hold: since === undefined ? 0 : requestedHold,
      limit: MAX_MESSAGES,
      write(messages) {
        const [first] = messages
        const timeline = {
          events: messages.map(eventOf),
          // There is a gap before the first one, because the log no longer stores the messages in between.
          limited: first !== undefined && first.seq > from + 1,
          prev_batch: tokenOf((first?.seq ?? from + 1) - 1),
        }
        const next = messages.at(-1)?.seq ?? Math.min(from, log.published)
        return jsonResponse(
          { next_batch: tokenOf(next), rooms: { join: { [ROOM]: { timeline } } } },
          { 'Cache-Control': 'no-cache, no-store, must-revalidate' },
        )
      },
    }
  },
})
