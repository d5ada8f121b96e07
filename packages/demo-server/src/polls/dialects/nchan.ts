import { type HttpRequest } from '../../http.ts'
import { type Fields } from '../../input.ts'
import { Problem } from '../../problem.ts'
import { type PollDialect, readHold } from '../poll-dialect.ts'
import { type PollLog } from '../poll-log.ts'
import { type PollLogs, readLogName } from '../poll-logs.ts'

/** What nchan is often set to; left alone it holds without end. */
const HOLD = 30_000

interface Place {
  readonly second: number
  readonly tag: number
}

/** The validators of the last message, as they were sent. */
function readPlace({ headers }: HttpRequest): Place | undefined {
  const since = headers['if-modified-since']
  // The tag counts within a second, and so means nothing without one.
  if (since === undefined) return undefined
  const second = Date.parse(since) / 1_000
  if (Number.isNaN(second))
    throw new Problem(400, 'bad-input', 'No message has this time', 'If-Modified-Since')
  const tag = headers['if-none-match'] ?? '0'
  if (!/^\d{1,9}$/.test(tag)) throw new Problem(400, 'bad-input', 'No message has this tag', 'If-None-Match')
  return { second, tag: Number(tag) }
}

/** The number of the last message up to there. */
function seqAt({ kept }: PollLog, place: Place): number {
  const isUpTo = ({ second, tag }: Place): boolean =>
    second < place.second || (second === place.second && tag <= place.tag)
  return kept.findLast(isUpTo)?.seq ?? 0
}

/** `?interval` alone is a yes. */
function readInterval(parameters: Fields): boolean {
  if (!parameters.has('interval')) return false
  return parameters.text('interval', { min: 0, max: 5 }) === '' || parameters.flag('interval', false)
}

/** A channel of nchan: one message in an answer, and its time and tag say where to go on. */
export const createNchan = (logs: PollLogs): PollDialect => ({
  name: 'nchan',
  path: '/poll/nchan/:channel',
  methods: ['GET'],
  admit({ request, parameters }) {
    const log = logs.of(readLogName(parameters, 'channel'))
    const first = parameters.choice('first', ['oldest', 'newest'], 'oldest')
    const interval = readInterval(parameters)
    const place = readPlace(request)
    const beginning = first === 'oldest' ? 0 : log.published
    return {
      log,
      from: place === undefined ? beginning : seqAt(log, place),
      hold: interval ? 0 : readHold(parameters, HOLD),
      limit: 1,
      write([message]) {
        if (message === undefined) return { status: interval ? 304 : 408, headers: {}, body: '' }
        const headers = {
          'Content-Type': 'text/plain',
          'Last-Modified': new Date(message.second * 1_000).toUTCString(),
          // Without quotes, as nchan has it.
          Etag: message.tag,
          Vary: 'Origin, If-None-Match, If-Modified-Since',
        }
        return { status: 200, headers, body: message.text }
      },
    }
  },
})
