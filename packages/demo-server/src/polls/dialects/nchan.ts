import { type HttpRequest } from '../../http.ts'
import { type Fields } from '../../input.ts'
import { Problem } from '../../problem.ts'
import { type PollDialect, readHold } from '../poll-dialect.ts'
import { type PollLog } from '../poll-log.ts'
import { type PollLogs, readLogName } from '../poll-logs.ts'

/** A common setting. By default nchan holds without a limit. */
const DEFAULT_HOLD_MS = 30_000

interface Position {
  readonly second: number
  readonly tag: number
}

/** Reads the validators of the last message that the client received. */
function readPosition({ headers }: HttpRequest): Position | undefined {
  const since = headers['if-modified-since']
  // The tag counts within a second, so it is useless without the time.
  if (since === undefined) return undefined
  const second = Date.parse(since) / 1_000
  if (Number.isNaN(second))
    throw new Problem(400, 'bad-input', 'No message has this time', 'If-Modified-Since')
  const tag = headers['if-none-match'] ?? '0'
  if (!/^\d{1,9}$/.test(tag)) throw new Problem(400, 'bad-input', 'No message has this tag', 'If-None-Match')
  return { second, tag: Number(tag) }
}

/** The number of the last message up to this position. */
function seqUpTo({ stored }: PollLog, position: Position): number {
  const isUpTo = ({ second, tag }: Position): boolean =>
    second < position.second || (second === position.second && tag <= position.tag)
  return stored.findLast(isUpTo)?.seq ?? 0
}

/** Reads `?interval`. Without a value it means true. */
function readInterval(parameters: Fields): boolean {
  if (!parameters.has('interval')) return false
  return parameters.text('interval', { min: 0, max: 5 }) === '' || parameters.flag('interval', false)
}

/** A channel of nchan. A response has one message, and its time and tag are the cursor. */
export const createNchan = (logs: PollLogs): PollDialect => ({
  name: 'nchan',
  path: '/poll/nchan/:channel',
  methods: ['GET'],
  admit({ request, parameters }) {
    const log = logs.of(readLogName(parameters, 'channel'))
    const first = parameters.choice('first', ['oldest', 'newest'], 'oldest')
    const interval = readInterval(parameters)
    const position = readPosition(request)
    const beginning = first === 'oldest' ? 0 : log.published
    return {
      log,
      from: position === undefined ? beginning : seqUpTo(log, position),
      hold: interval ? 0 : readHold(parameters, DEFAULT_HOLD_MS),
      limit: 1,
      write([message]) {
        if (message === undefined) return { status: interval ? 304 : 408, headers: {}, body: '' }
        const headers = {
          'Content-Type': 'text/plain',
          'Last-Modified': new Date(message.second * 1_000).toUTCString(),
          // Without quotes, as nchan sends it.
          Etag: message.tag,
          Vary: 'Origin, If-None-Match, If-Modified-Since',
        }
        return { status: 200, headers, body: message.text }
      },
    }
  },
})
