import { MAX_REASON_BYTES } from './any-close-code.ts'
import { type Fields } from './input.ts'
import { Problem } from './problem.ts'
import { readCount, type RuleCount } from './rule-book.ts'

/** A fault that the server itself commits when a WebSocket handshake arrives, with everything decided. */
export type Fault =
  | { readonly fault: 'refuse'; readonly status: number; readonly retryAfter: string | undefined }
  | { readonly fault: 'captive-portal' }
  | { readonly fault: 'stall' }
  | { readonly fault: 'reset' }
  | { readonly fault: 'delay'; readonly ms: number }
  | { readonly fault: 'accept-then-drop'; readonly afterMessages: number }
  | {
      readonly fault: 'close'
      readonly code: number
      readonly reason: string
      readonly afterMessages: number
    }
  | { readonly fault: 'mute' }

export interface FaultRule {
  readonly fault: Fault['fault']
  /** `refuse`. @default 503 */
  readonly status?: number
  /** `refuse`: seconds, an HTTP date, or what a careless server would send. */
  readonly retryAfter?: number | string
  /** `delay`: before the handshake goes on, in ms. */
  readonly ms?: number
  /** `accept-then-drop`, `close`: how many messages the server sends first. @default 0 */
  readonly afterMessages?: number
  /** `close`. @default 1011 */
  readonly code?: number
  /** `close`. @default '' */
  readonly reason?: string
  /** The beginning of the request target, such as `/chat/lobby`. Any, unless told. */
  readonly match?: string
  /** How many handshakes the rule applies to. @default 1 */
  readonly count?: RuleCount
}

export interface SettledFaultRule {
  readonly fault: Fault
  readonly match: string
  readonly count: RuleCount
}

const faults = [
  'refuse',
  'captive-portal',
  'stall',
  'reset',
  'delay',
  'accept-then-drop',
  'close',
  'mute',
] as const

const MAX_MESSAGES = 1_000_000

/** A close code and its reason. @throws Problem when the reason does not fit into a close frame. */
export function readClose(fields: Fields): { code: number; reason: string } {
  const code = fields.integer('code', { min: 0, max: 65_535 }, 1011)
  const reason = fields.text('reason', { min: 0, max: MAX_REASON_BYTES }, '')
  if (Buffer.byteLength(reason) > MAX_REASON_BYTES) {
    throw new Problem(400, 'bad-input', `"reason" must fit into ${MAX_REASON_BYTES} bytes`, 'reason')
  }
  return { code, reason }
}

function readRetryAfter(fields: Fields): string | undefined {
  if (!fields.has('retryAfter')) return undefined
  const value = fields.textOrNumber('retryAfter', { min: 1, max: 100 })
  // It becomes a header line, and must stay one.
  if (/[^\x20-\x7e]/.test(value))
    throw new Problem(400, 'bad-input', '"retryAfter" must be ASCII', 'retryAfter')
  return value
}

/** @throws Problem when the fields are no fault. */
export function readFault(fields: Fields): Fault {
  const fault = fields.choice('fault', faults)
  const afterMessages = () => fields.integer('afterMessages', { min: 0, max: MAX_MESSAGES }, 0)
  switch (fault) {
    case 'refuse':
      return {
        fault,
        status: fields.integer('status', { min: 200, max: 599 }, 503),
        retryAfter: readRetryAfter(fields),
      }
    case 'delay':
      return { fault, ms: fields.integer('ms', { min: 0, max: 3_600_000 }) }
    case 'accept-then-drop':
      return { fault, afterMessages: afterMessages() }
    case 'close':
      return { fault, ...readClose(fields), afterMessages: afterMessages() }
    default:
      return { fault }
  }
}

/** @throws Problem when the fields are no rule. */
export function readFaultRule(fields: Fields): SettledFaultRule {
  const fault = readFault(fields)
  const match = fields.text('match', { min: 0, max: 2_000 }, '')
  const rule = { fault, match, count: readCount(fields) }
  fields.nothingElse()
  return rule
}
