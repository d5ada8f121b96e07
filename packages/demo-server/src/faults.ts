import { MAX_REASON_BYTES } from './any-close-code.ts'
import { type Fields, ruleInQuery } from './input.ts'
import { urlOf } from './paths.ts'
import { Problem } from './problem.ts'
import { readCount, type RuleBook, type RuleCount } from './rule-book.ts'

/** Faults for WebSocket handshakes and for HTTP requests. */
export type CommonFault =
  | {
      readonly fault: 'refuse'
      readonly status: number
      readonly retryAfter: string | undefined
      readonly location: string | undefined
      /** HTTP only: the body of the response never ends. */
      readonly endless: boolean
      /** HTTP only: the time before the response in ms, as when a proxy times out. */
      readonly ms: number
    }
  | { readonly fault: 'captive-portal' }
  | { readonly fault: 'stall' }
  | { readonly fault: 'reset' }
  | { readonly fault: 'delay'; readonly ms: number }

/** Faults for open WebSockets only. */
export type SocketFault =
  | { readonly fault: 'accept-then-drop'; readonly afterMessages: number }
  | {
      readonly fault: 'close'
      readonly code: number
      readonly reason: string
      readonly afterMessages: number
    }
  | { readonly fault: 'mute' }

/** Ways to change the bytes of a stream without a change of their meaning. */
export type Shape = 'one-byte' | 'crlf' | 'cr' | 'bom' | 'gzip'

/** Faults for HTTP responses that stream. */
export type StreamFault =
  | { readonly fault: 'no-content' }
  | { readonly fault: 'wrong-type' }
  | { readonly fault: 'cut'; readonly afterBytes: number }
  | { readonly fault: 'cut'; readonly afterEvents: number; readonly bytes: number }
  | { readonly fault: 'end'; readonly afterEvents: number }
  | { readonly fault: 'silence'; readonly afterEvents: number }
  | { readonly fault: Shape }

/** A fault for whole responses: the server handles the request, but the response never arrives. */
export interface LoseFault {
  readonly fault: 'lose'
}

/** Faults for responses to polls only. */
export type PollFault =
  | { readonly fault: 'empty' }
  | { readonly fault: 'repeat'; readonly messages: number }
  | { readonly fault: 'hold-longer'; readonly ms: number }

/** Faults for responses of resources only. */
export type RestFault =
  /** Ends the body early, but without an error, after this number of bytes. @default half of the body */
  | { readonly fault: 'truncate'; readonly afterBytes: number | undefined }
  | { readonly fault: 'lie' }
  | { readonly fault: 'slow'; readonly bytesPerSecond: number }

/** A fault of the server itself, with all its options. */
export type Fault = CommonFault | SocketFault | StreamFault | LoseFault | PollFault | RestFault

export interface FaultRule {
  readonly fault: Fault['fault']
  /** `refuse`. @default 503 */
  readonly status?: number
  /** `refuse`: seconds, an HTTP date, or an invalid value. */
  readonly retryAfter?: number | string
  /** `refuse`: the URL of a redirect. */
  readonly location?: string
  /** `refuse`, HTTP only: the body of the response never ends. @default false */
  readonly endless?: boolean
  /**
   * A time in ms. `delay`: before the handshake or the request continues. `refuse`, HTTP only: before the response, 0 by
   * default. `hold-longer`: added to the hold.
   */
  readonly ms?: number
  /** `accept-then-drop`, `close`: the number of messages that the server sends first. @default 0 */
  readonly afterMessages?: number
  /** `close`. @default 1011 */
  readonly code?: number
  /** `close`. @default '' */
  readonly reason?: string
  /** `cut`, `truncate`: the number of bytes of the body that are sent. */
  readonly afterBytes?: number
  /** `cut`, `end`, `silence`: the number of events that are sent. @default 0 */
  readonly afterEvents?: number
  /** `cut` without `afterBytes`: the number of bytes of the next event that are sent. @default 1 */
  readonly bytes?: number
  /** `slow`. @default 1000 */
  readonly bytesPerSecond?: number
  /** `repeat`: the number of messages that are sent again. @default 1 */
  readonly messages?: number
  /** The beginning of the request target, such as `/chat/lobby`. @default any target */
  readonly match?: string
  /** The number of handshakes and requests that the rule applies to. @default 1 */
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

/** Whether a fault applies to a handshake. A rule with another fault is not used up by a handshake. */
export const strikesSockets = (fault: Fault): fault is CommonFault | SocketFault =>
  !isOneOf([...streamFaults, 'lose', ...pollFaults, ...restFaults], fault)
export const strikesStreams = (fault: Fault): fault is CommonFault | StreamFault =>
  !isOneOf([...socketFaults, 'lose', ...pollFaults, ...restFaults], fault)
/** Whether a fault applies to a poll. Faults of streams do: its response is a stream of one event. */
export const strikesPolls = (fault: Fault): fault is CommonFault | StreamFault | LoseFault | PollFault =>
  !isOneOf([...socketFaults, ...restFaults], fault)
/** Whether a fault applies to a resource. Faults of streams do: its response is a stream of one event. */
export const strikesRest = (fault: Fault): fault is CommonFault | StreamFault | LoseFault | RestFault =>
  !isOneOf([...socketFaults, ...pollFaults], fault)
export const altersBody = (fault: Fault | undefined): fault is StreamFault =>
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
  // A line break would begin another header.
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

/** @throws Problem when the fields do not describe a fault. */
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

/** @throws Problem when the fields do not describe a rule. */
export function readFaultRule(fields: Fields): SettledFaultRule {
  const fault = readFault(fields)
  const match = fields.text('match', { min: 0, max: 2_000 }, '')
  const rule = { fault, match, count: readCount(fields) }
  fields.nothingElse()
  return rule
}

/** Reads the fault that a URL requests for itself: `?fault=refuse&fault-retry-after=2`. @throws Problem */
function faultInQuery(target: string): Fault | undefined {
  const fields = ruleInQuery(urlOf(target).searchParams, 'fault')
  const fault = fields && readFault(fields)
  fields?.nothingElse()
  return fault
}

/** Finds the fault for this request: the one in its URL, or else that of the oldest rule that fits. @throws Problem */
export function takeFault<Striking extends Fault>(
  rules: RuleBook<SettledFaultRule>,
  target: string,
  strikes: (fault: Fault) => fault is Striking,
): Striking | undefined {
  const faultFromUrl = faultInQuery(target)
  const fault =
    faultFromUrl ?? rules.take((rule) => target.startsWith(rule.match) && strikes(rule.fault))?.fault
  if (fault === undefined || strikes(fault)) return fault
  throw new Problem(400, 'bad-input', `"${fault.fault}" does not apply to this kind of request`, 'fault')
}

/** The page that a captive portal sends until its user has paid or accepted the terms. */
export const portalPage =
  '<!doctype html><title>Welcome</title><h1>Please accept the terms of this network</h1>\n'
