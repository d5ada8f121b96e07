import { createBoundedMap } from '../../bounded-map.ts'
import { type Exchange } from '../../http-router.ts'
import { type Fields, fieldsOf, fieldsOfJson } from '../../input.ts'
import { SEQUENCE_RANGE, type PollDialect, readHold } from '../poll-dialect.ts'
import { type PollLog, type PollMessage } from '../poll-log.ts'
import { type PollLogs, readLogName } from '../poll-logs.ts'
import { jsonResponse } from '../../whole-response.ts'

interface Bot {
  /** The number of the last confirmed update. */
  confirmed: number
  /** Ends the request that is held for this bot. */
  endHeld: (() => void) | undefined
}

const conflict = jsonResponse(
  {
    ok: false,
    error_code: 409,
    description:
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
  },
  {},
  409,
)

const updateOf = ({ seq, text, at }: PollMessage): object => ({
  update_id: seq,
  message: { message_id: seq, date: Math.floor(at / 1_000), chat: { id: 1, type: 'private' }, text },
})

/** Returns a reader for parameters in the query, in a form or in a JSON body. */
async function readerOf({ request, parameters, bytes }: Exchange): Promise<(name: string) => Fields> {
  const text = request.method === 'POST' ? (await bytes()).toString('utf8') : ''
  if (text.trim() === '') return () => parameters
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const body = isForm ? fieldsOf(Object.fromEntries(new URLSearchParams(text))) : fieldsOfJson(text)
  return (name) => (body.has(name) ? body : parameters)
}

/** Confirms all updates below the offset permanently. A negative offset counts from the end. */
function confirm(bot: Bot, log: PollLog, offset: number): void {
  const before = offset < 0 ? Math.max(0, log.published + offset) : offset - 1
  bot.confirmed = Math.max(bot.confirmed, Math.min(before, log.published))
}

/** `getUpdates` of Telegram's bots. The server stores the position of each bot. */
export function createTelegram(logs: PollLogs): PollDialect {
  const bots = createBoundedMap<Bot>({
    limit: 1_000,
    create: () => ({ confirmed: 0, endHeld: undefined }),
    inUse: ({ endHeld }) => endHeld !== undefined,
  })

  return {
    name: 'telegram',
    path: '/poll/telegram/getUpdates',
    methods: ['GET', 'POST'],
    async admit(exchange) {
      const { parameters } = exchange
      const read = await readerOf(exchange)
      const name = readLogName(parameters)
      const token = readLogName(parameters, 'bot')
      const offset = read('offset').integer(
        'offset',
        { min: -SEQUENCE_RANGE.max, max: SEQUENCE_RANGE.max },
        0,
      )
      const limit = read('limit').integer('limit', { min: 1, max: 100 }, 100)
      const timeout = read('timeout').integer('timeout', { min: 0, max: 50 }, 0)
      const hold = readHold(parameters, timeout * 1_000)

      const log = logs.of(name)
      const bot = bots.of(JSON.stringify([name, token]))
      if (offset !== 0) confirm(bot, log, offset)
      const from = Math.max(bot.confirmed, offset - 1)
      return {
        log,
        from,
        hold,
        limit,
        write: (messages) => jsonResponse({ ok: true, result: messages.map(updateOf) }),
        whenHeld(end) {
          // As at Telegram, the newer request wins and the older one fails.
          bot.endHeld?.()
          bot.endHeld = () => end(conflict)
          return () => void (bot.endHeld = undefined)
        },
      }
    },
  }
}
