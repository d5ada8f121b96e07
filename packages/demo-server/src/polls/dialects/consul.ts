import { type Fields } from '../../input.ts'
import { Problem } from '../../problem.ts'
import { FAR, MAX_HOLD, PAGE, type PollDialect, readHold } from '../poll-dialect.ts'
import { type PollLog } from '../poll-log.ts'
import { type PollLogs, readLogName } from '../poll-logs.ts'
import { jsonAnswer } from '../../whole-answer.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }
const DEFAULT_WAIT = 300_000
/** A real value has no more bytes. */
const MAX_VALUE = 512 * 1024

function readWait(parameters: Fields): number {
  if (!parameters.has('wait')) return DEFAULT_WAIT
  const text = parameters.text('wait', { min: 0, max: 20 })
  const [, digits, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? []
  const wait = Number(digits) * (UNITS[unit] ?? NaN)
  if (wait <= MAX_HOLD) return wait === 0 ? DEFAULT_WAIT : wait
  throw new Problem(400, 'bad-input', '"wait" must be a time such as 60s, and at most 10m', 'wait')
}

/** So that not all who wait come back at once. */
const jittered = (wait: number): number => wait + (Math.random() * wait) / 16

/** An index is never 0: that would mean not to wait. */
const indexOf = (seq: number): number => seq + 1

/** A key has one value, so a client that was away finds what it missed in a list of the recent messages. */
function valueOf({ kept }: PollLog): object {
  const recent = kept.slice(-PAGE).map(({ seq, text }) => ({ seq, text }))
  let size = recent.reduce((sum, { text }) => sum + text.length, 0)
  while (size > MAX_VALUE && recent.length > 1) size -= recent.shift()?.text.length ?? 0
  return { latest: kept.at(-1)?.text ?? null, recent }
}

/** A blocking query of Consul for one key; the key is the name of the log. */
export const createConsul = (logs: PollLogs): PollDialect => ({
  name: 'consul',
  path: '/poll/consul/v1/kv/:key',
  methods: ['GET'],
  admit({ parameters }) {
    const key = readLogName(parameters, 'key')
    const index = parameters.integer('index', FAR, 0)
    const hold = readHold(parameters, jittered(readWait(parameters)))
    const log = logs.of(key)
    return {
      log,
      from: Math.max(0, index - 1),
      hold: index === 0 ? 0 : hold,
      limit: PAGE,
      write() {
        const current = indexOf(log.published)
        const entry = {
          LockIndex: 0,
          Key: key,
          Flags: 0,
          Value: Buffer.from(JSON.stringify(valueOf(log))).toString('base64'),
          CreateIndex: 1,
          ModifyIndex: current,
        }
        return jsonAnswer([entry], {
          'X-Consul-Index': current,
          'X-Consul-KnownLeader': 'true',
          'X-Consul-LastContact': 0,
        })
      },
    }
  },
})
