import { MAX_REASON_BYTES } from './any-close-code.ts'
import { type Fields, ruleInQuery } from './input.ts'
import { urlOf } from './paths.ts'
import { Problem } from './problem.ts'
import { readCount, type RuleBook, type RuleCount } from './rule-book.ts'

/** What can be done to a WebSocket handshake and to an HTTP request alike. */
export type CommonFault =
  | {
      readonly fault: 'refuse'
      readonly status: number
      readonly retryAfter: string | undefined
      readonly location: string | undefined
      /** HTTP only: the body of the refusal never ends. */
      readonly endless: boolean
      /** HTTP only: held so long first, as by a proxy that loses its patience. */
      readonly ms: number
    }
  | { readonly fault: 'captive-portal' }
  | { readonly fault: 'stall' }
  | { readonly fault: 'reset' }
  | { readonly fault: 'delay'; readonly ms: number }

/** What only an open WebSocket can suffer. */
export type SocketFault =
  | { readonly fault: 'accept-then-drop'; readonly afterMessages: number }
  | {
      readonly fault: 'close'
      readonly code: number
      readonly reason: string
      readonly afterMessages: number
    }
  | { readonly fault: 'mute' }

/** How the bytes of a stream are bent without a change of what they mean. */
export type Shape = 'one-byte' | 'crlf' | 'cr' | 'bom' | 'gzip'

/** What only an HTTP answer that streams can suffer. */
export type StreamFault =
  | { readonly fault: 'no-content' }
  | { readonly fault: 'wrong-type' }
  | { readonly fault: 'cut'; readonly afterBytes: number }
  | { readonly fault: 'cut'; readonly afterEvents: number; readonly bytes: number }
  | { readonly fault: 'end'; readonly afterEvents: number }
  | { readonly fault: 'silence'; readonly afterEvents: number }
  | { readonly fault: Shape }

/** What an answer can suffer that is known to its end before it begins: it was earned, and never arrives. */
export interface LoseFault {
  readonly fault: 'lose'
}

/** What only the answer to a poll can suffer. */
export type PollFault =
  | { readonly fault: 'empty' }
  | { readonly fault: 'repeat'; readonly messages: number }
  | { readonly fault: 'hold-longer'; readonly ms: number }

/** What only the answer of a resource can suffer. */
export type RestFault =
  /** Ends in order after so many bytes; in the middle, unless told. */
  | { readonly fault: 'truncate'; readonly afterBytes: number | undefined }
  | { readonly fault: 'lie' }
  | { readonly fault: 'slow'; readonly bytesPerSecond: number }

/** A fault that the server itself commits when a handshake or a request arrives, with everything decided. */
export type Fault = CommonFault | SocketFault | StreamFault | LoseFault | PollFault | RestFault

export interface FaultRule {
  readonly fault: Fault['fault']
  /** `refuse`. @default 503 */
  readonly status?: number
  /** `refuse`: seconds, an HTTP date, or what a careless server would send. */
  readonly retryAfter?: number | string
  /** `refuse`: where a redirect leads. */
  readonly location?: string
  /** `refuse`, HTTP only: the body of the answer never ends. @default false */
  readonly endless?: boolean
  /**
   * In ms. `delay`: before the handshake or the request goes on. `refuse`, HTTP only: before the refusal, 0 unless told.
   * `hold-longer`: on top of the hold.
   */
  readonly ms?: number
  /** `accept-then-drop`, `close`: how many messages the server sends first. @default 0 */
  readonly afterMessages?: number
  /** `close`. @default 1011 */
  readonly code?: number
  /** `close`. @default '' */
  readonly reason?: string
  /** `cut`, `truncate`: so many bytes of the body pass. */
  readonly afterBytes?: number
  /** `cut`, `end`, `silence`: so many events pass. @default 0 */
  readonly afterEvents?: number
  /** `cut` without `afterBytes`: so many bytes of the next event pass. @default 1 */
  readonly bytes?: number
  /** `slow`. @default 1000 */
  readonly bytesPerSecond?: number
  /** `repeat`: so many messages are sent again. @default 1 */
  readonly messages?: number
  /** The beginning of the request target, such as `/chat/lobby`. Any, unless told. */
  readonly match?: string
  /** How many handshakes and requests the rule applies to. @default 1 */
  readonly count?: RuleCount
}

export interface SettledFaultRule {
  readonly fault: Fault
  readonly match: string
  readonly count: RuleCount
}

const commonFaults = ['refuse', 'captive-portal', 'stall', 'reset', 'delay'] as const
const socketFaults = ['accept-then-drop', 'close', 'mute'] as const
const shapes = ['one-byte', 'crlf', 'cr', 'bom', 'gzip'] as const satisfies readonly Shape[]
const streamFaults = ['no-content', 'wrong-type', 'cut', 'end', 'silence', ...shapes] as const
const pollFaults = ['empty', 'repeat', 'hold-longer'] as const
const restFaults = ['truncate', 'lie', 'slow'] as const
const faults = [
  ...commonFaults,
  ...socketFaults,
  ...streamFaults,
  'lose',
  ...pollFaults,
  ...restFaults,
] as const

const isOneOf = (names: readonly string[], { fault }: Fault): boolean => names.includes(fault)

/** A rule for the one is not used up by the other. */
export const strikesSockets = (fault: Fault): fault is CommonFault | SocketFault =>
  !isOneOf([...streamFaults, 'lose', ...pollFaults, ...restFaults], fault)
export const strikesStreams = (fault: Fault): fault is CommonFault | StreamFault =>
  !isOneOf([...socketFaults, 'lose', ...pollFaults, ...restFaults], fault)
/** The answer to a poll is a stream too, of one event. */
export const strikesPolls = (fault: Fault): fault is CommonFault | StreamFault | LoseFault | PollFault =>
  !isOneOf([...socketFaults, ...restFaults], fault)
/** Its answer is one event too. */
export const strikesRest = (fault: Fault): fault is CommonFault | StreamFault | LoseFault | RestFault =>
  !isOneOf([...socketFaults, ...pollFaults], fault)
export const bendsBody = (fault: Fault | undefined): fault is StreamFault =>
  fault !== undefined && isOneOf(streamFaults, fault)

export const shapeOf = (fault: Fault | undefined): Shape | undefined =>
  shapes.find((shape) => shape === fault?.fault)

const MAX_MESSAGES = 1_000_000
const MAX_BYTES = 2_000_000_000
const TIME = { min: 0, max: 3_600_000 }

/** A close code and its reason. @throws Problem when the reason does not fit into a close frame. */
export function readClose(fields: Fields): { code: number; reason: string } {
  const code = fields.integer('code', { min: 0, max: 65_535 }, 1011)
  const reason = fields.text('reason', { min: 0, max: MAX_REASON_BYTES }, '')
  if (Buffer.byteLength(reason) > MAX_REASON_BYTES) {
    throw new Problem(400, 'bad-input', `"reason" must fit into ${MAX_REASON_BYTES} bytes`, 'reason')
  }
  return { code, reason }
}

function readHeader(fields: Fields, name: string, max: number): string | undefined {
  if (!fields.has(name)) return undefined
  const value = fields.textOrNumber(name, { min: 1, max })
  // It becomes a header line, and must stay one.
  if (/[^\x20-\x7e]/.test(value)) throw new Problem(400, 'bad-input', `"${name}" must be ASCII`, name)
  return value
}

const readAfterBytes = (fields: Fields): number | undefined =>
  fields.has('afterBytes') ? fields.integer('afterBytes', { min: 0, max: MAX_BYTES }) : undefined

function readCut(fields: Fields, afterEvents: () => number): StreamFault {
  const afterBytes = readAfterBytes(fields)
  if (afterBytes !== undefined) return { fault: 'cut', afterBytes }
  const bytes = fields.integer('bytes', { min: 0, max: MAX_BYTES }, 1)
  return { fault: 'cut', afterEvents: afterEvents(), bytes }
}

/** @throws Problem when the fields are no fault. */
function readFault(fields: Fields): Fault {
  const fault = fields.choice('fault', faults)
  const after = (what: string) => () => fields.integer(what, { min: 0, max: MAX_MESSAGES }, 0)
  const afterMessages = after('afterMessages')
  const afterEvents = after('afterEvents')
  switch (fault) {
    case 'refuse':
      return {
        fault,
        status: fields.integer('status', { min: 200, max: 599 }, 503),
        retryAfter: readHeader(fields, 'retryAfter', 100),
        location: readHeader(fields, 'location', 2_000),
        endless: fields.flag('endless', false),
        ms: fields.integer('ms', TIME, 0),
      }
    case 'delay':
    case 'hold-longer':
      return { fault, ms: fields.integer('ms', TIME) }
    case 'repeat':
      return { fault, messages: fields.integer('messages', { min: 1, max: MAX_MESSAGES }, 1) }
    case 'accept-then-drop':
      return { fault, afterMessages: afterMessages() }
    case 'close':
      return { fault, ...readClose(fields), afterMessages: afterMessages() }
    case 'cut':
      return readCut(fields, afterEvents)
    case 'end':
    case 'silence':
      return { fault, afterEvents: afterEvents() }
    case 'truncate':
      return { fault, afterBytes: readAfterBytes(fields) }
    case 'slow':
      return { fault, bytesPerSecond: fields.integer('bytesPerSecond', { min: 1, max: MAX_BYTES }, 1_000) }
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

/** The fault that the URL asks for itself: `?fault=refuse&fault-retry-after=2`. @throws Problem */
function faultInQuery(target: string): Fault | undefined {
  const fields = ruleInQuery(urlOf(target).searchParams, 'fault')
  const fault = fields && readFault(fields)
  fields?.nothingElse()
  return fault
}

/** What strikes this request: the wish of its URL, or else the oldest rule that fits. @throws Problem */
export function takeFault<Striking extends Fault>(
  rules: RuleBook<SettledFaultRule>,
  target: string,
  strikes: (fault: Fault) => fault is Striking,
): Striking | undefined {
  const wished = faultInQuery(target)
  const fault = wished ?? rules.take((rule) => target.startsWith(rule.match) && strikes(rule.fault))?.fault
  if (fault === undefined || strikes(fault)) return fault
  throw new Problem(400, 'bad-input', `"${fault.fault}" cannot be done here`, 'fault')
}

/** What a network answers that wants to be paid, or read, first. */
export const portalPage =
  '<!doctype html><title>Welcome</title><h1>Please accept the terms of this network</h1>\n'
