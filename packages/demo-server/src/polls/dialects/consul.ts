import { type Fields } from '../../input.ts'
import { Problem } from '../../problem.ts'
import { SEQUENCE_RANGE, MAX_HOLD_MS, MAX_MESSAGES, type PollDialect, readHold } from '../poll-dialect.ts'
import { type PollLog } from '../poll-log.ts'
import { type PollLogs, readLogName } from '../poll-logs.ts'
import { jsonResponse } from '../../whole-response.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 }
const DEFAULT_WAIT_MS = 300_000
/** Consul's own limit, in bytes. */
const MAX_VALUE = 512 * 1024

function readWait(parameters: Fields): number {
  if (!parameters.has('wait')) return DEFAULT_WAIT_MS
  const text = parameters.text('wait', { min: 0, max: 20 })
  const [, digits, unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)$/.exec(text) ?? []
  const wait = Number(digits) * (UNITS[unit] ?? NaN)
  if (wait <= MAX_HOLD_MS) return wait === 0 ? DEFAULT_WAIT_MS : wait
  throw new Problem(400, 'bad-input', '"wait" must be a time such as 60s, and at most 10m', 'wait')
}

/** Adds jitter, so that waiting clients do not return at the same time. */
const withJitter = (wait: number): number => wait + (Math.random() * wait) / 16

/** The index for a sequence number. It is never 0, because a request with 0 does not wait. */
const indexOf = (seq: number): number => seq + 1

/** The value of a key. It lists the recent messages, so that a client that was disconnected finds those that it missed. */
function valueOf({ stored }: PollLog): object {
  const recent = stored.slice(-MAX_MESSAGES).map(({ seq, text }) => ({ seq, text }))
  let size = recent.reduce((sum, { text }) => sum + text.length, 0)
  while (size > MAX_VALUE && recent.length > 1) size -= recent.shift()?.text.length ?? 0
  return { latest: stored.at(-1)?.text ?? null, recent }
}

/** A blocking query of Consul for one key. The key is the name of the log. */
export const createConsul = (logs: PollLogs): PollDialect => ({
  name: 'consul',
  path: '/poll/consul/v1/kv/:key',
  methods: ['GET'],
  admit({ parameters }) {
    const key = readLogName(parameters, 'key')
    const index = parameters.integer('index', SEQUENCE_RANGE, 0)
    const hold = readHold(parameters, withJitter(readWait(parameters)))
    const log = logs.of(key)
    return {
      log,
      from: Math.max(0, index - 1),
      hold: index === 0 ? 0 : hold,
      limit: MAX_MESSAGES,
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
        return jsonResponse([entry], {
          'X-Consul-Index': current,
          'X-Consul-KnownLeader': 'true',
          'X-Consul-LastContact': 0,
        })
      },
    }
  },
})
