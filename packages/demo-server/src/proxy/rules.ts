import { type Fields } from '../input.ts'
import { readCount, type RuleCount } from '../rule-book.ts'

/** The direction of bytes. */
export type Direction = 'to-client' | 'to-server'

const directions = ['to-client', 'to-server'] as const
const directionChoices = ['both', ...directions] as const
const faults = ['refuse', 'stall', 'half-open', 'drop', 'reset', 'cut', 'delay', 'throttle'] as const

/** A fault of the proxy, with all its options. */
export type ProxyFault =
  | { readonly fault: 'refuse' }
  | { readonly fault: 'stall' }
  | { readonly fault: 'drop' }
  | { readonly fault: 'reset' }
  | { readonly fault: 'half-open'; readonly direction: Direction | 'both' }
  | { readonly fault: 'cut'; readonly bytes: number }
  | { readonly fault: 'delay'; readonly ms: number; readonly direction: Direction | 'both' }
  | { readonly fault: 'throttle'; readonly bytesPerSecond: number; readonly direction: Direction | 'both' }

export interface ProxyFaultOptions {
  readonly fault: ProxyFault['fault']
  /** The direction that the fault applies to. @default 'both' */
  readonly direction?: Direction | 'both'
  /** `cut`: the number of bytes of the next frame that the client still receives. @default 1 */
  readonly bytes?: number
  /** `delay`: how long each chunk is delayed, in ms. */
  readonly ms?: number
  /** `throttle`. */
  readonly bytesPerSecond?: number
  /** @default 'handshake' for `half-open`, 'now' for the others */
  readonly after?: 'now' | 'handshake'
  /** The fault applies after this number of further bytes. */
  readonly afterBytes?: number
  /** The fault applies after this number of further WebSocket frames. */
  readonly afterFrames?: number
  /** The direction that `afterBytes` and `afterFrames` count. @default 'to-client' */
  readonly counting?: Direction
}

/** A fault for new connections or requests. */
export interface ProxyRule extends ProxyFaultOptions {
  /** The beginning of the request target, such as `/chat/lobby`. @default any target */
  readonly match?: string
  /** The number of the connection, from 1. @default any connection */
  readonly connection?: number
  /** The number of connections or requests that the rule applies to. @default 1 */
  readonly count?: RuleCount
}

/** When an armed fault applies. The counts begin when it is armed. */
export type Trigger =
  | { readonly when: 'now' | 'handshake' }
  | { readonly when: 'bytes' | 'frames'; readonly amount: number; readonly counting: Direction }

export interface ArmedFault {
  readonly fault: ProxyFault
  readonly trigger: Trigger
}

export interface Scope {
  readonly match: string | undefined
  readonly connection: number | undefined
}

export interface SettledRule extends ArmedFault, Scope {
  readonly count: RuleCount
}

const HOUR_MS = 3_600_000
const MAX_NUMBER = 1_000_000_000

function readFault(fields: Fields): ProxyFault {
  const fault = fields.choice('fault', faults)
  const direction = () => fields.choice('direction', directionChoices, 'both')
  switch (fault) {
    case 'half-open':
      return { fault, direction: direction() }
    case 'cut':
      return { fault, bytes: fields.integer('bytes', { min: 1, max: MAX_NUMBER }, 1) }
    case 'delay':
      return { fault, ms: fields.integer('ms', { min: 0, max: HOUR_MS }), direction: direction() }
    case 'throttle': {
      const bytesPerSecond = fields.integer('bytesPerSecond', { min: 20, max: MAX_NUMBER })
      return { fault, bytesPerSecond, direction: direction() }
    }
    default:
      return { fault }
  }
}

function readTrigger(fields: Fields, fault: ProxyFault): Trigger {
  const counting = () => fields.choice('counting', directions, 'to-client')
  if (fields.has('afterBytes')) {
    return {
      when: 'bytes',
      amount: fields.integer('afterBytes', { min: 0, max: MAX_NUMBER }),
      counting: counting(),
    }
  }
  if (fields.has('afterFrames')) {
    return {
      when: 'frames',
      amount: fields.integer('afterFrames', { min: 0, max: MAX_NUMBER }),
      counting: counting(),
    }
  }
  // Half-open from the first byte would be the same as `stall`.
  const defaultAfter = fault.fault === 'half-open' ? 'handshake' : 'now'
  return { when: fields.choice('after', ['now', 'handshake'], defaultAfter) }
}

/** @throws Problem when the fields do not describe a fault. */
export function readArmedFault(fields: Fields): ArmedFault {
  const fault = readFault(fields)
  return { fault, trigger: readTrigger(fields, fault) }
}

/** Reads which connections are selected. @throws Problem */
export function readScope(fields: Fields): Scope {
  return {
    match: fields.has('match') ? fields.text('match', { min: 1, max: 2_000 }) : undefined,
    connection: fields.has('connection')
      ? fields.integer('connection', { min: 1, max: MAX_NUMBER })
      : undefined,
  }
}

/** @throws Problem when the fields do not describe a rule. */
export function readRule(fields: Fields): SettledRule {
  const rule = { ...readArmedFault(fields), ...readScope(fields), count: readCount(fields) }
  fields.nothingElse()
  return rule
}
