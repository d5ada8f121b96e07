import { createBoundedMap } from '../../bounded-map.ts'
import { type Exchange } from '../../http-router.ts'
import { type Fields, fieldsOf, fieldsOfJson } from '../../input.ts'
import { FAR, type PollDialect, readHold } from '../poll-dialect.ts'
import { type PollLog, type PollMessage } from '../poll-log.ts'
import { type PollLogs, readLogName } from '../poll-logs.ts'
import { jsonAnswer } from '../../whole-answer.ts'

interface Bot {
  /** Up to here it has forgotten the updates. */
  confirmed: number
  /** Ends the request that is held for it. */
  oust: (() => void) | undefined
}

const conflict = jsonAnswer(
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

/** The parameters may stand in the query, in a form or in a JSON body. */
async function readerOf({ request, parameters, bytes }: Exchange): Promise<(name: string) => Fields> {
  const text = request.method === 'POST' ? (await bytes()).toString('utf8') : ''
  if (text.trim() === '') return () => parameters
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
  const body = isForm ? fieldsOf(Object.fromEntries(new URLSearchParams(text))) : fieldsOfJson(text)
  return (name) => (body.has(name) ? body : parameters)
}

/** An offset confirms all updates below it, once and for all; a negative one counts from the end. */
function confirm(bot: Bot, log: PollLog, offset: number): void {
  const before = offset < 0 ? Math.max(0, log.published + offset) : offset - 1
  bot.confirmed = Math.max(bot.confirmed, Math.min(before, log.published))
}

/** `getUpdates` of Telegram's bots, which keeps the place of each bot on the server. */
export function createTelegram(logs: PollLogs): PollDialect {
  const bots = createBoundedMap<Bot>({
    limit: 1_000,
    create: () => ({ confirmed: 0, oust: undefined }),
    inUse: ({ oust }) => oust !== undefined,
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
      const offset = read('offset').integer('offset', { min: -FAR.max, max: FAR.max }, 0)
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
        write: (messages) => jsonAnswer({ ok: true, result: messages.map(updateOf) }),
        whenHeld(end) {
          // As with the real one the newcomer wins: it is the request before it that fails.
          bot.oust?.()
          bot.oust = () => end(conflict)
          return () => void (bot.oust = undefined)
        },
      }
    },
  }
}
