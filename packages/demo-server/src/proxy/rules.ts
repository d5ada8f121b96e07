import { type Fields } from '../input.ts'
import { readCount, type RuleCount } from '../rule-book.ts'

/** Which way bytes travel. */
export type Direction = 'to-client' | 'to-server'

const directions = ['to-client', 'to-server'] as const
const eitherOrBoth = ['both', ...directions] as const
const faults = ['refuse', 'stall', 'half-open', 'drop', 'reset', 'cut', 'delay', 'throttle'] as const

/** A fault, with everything decided that the wish left open. */
export type ProxyFault =
  | { readonly fault: 'refuse' }
  | { readonly fault: 'stall' }
  | { readonly fault: 'drop' }
  | { readonly fault: 'reset' }
  | { readonly fault: 'half-open'; readonly direction: Direction | 'both' }
  | { readonly fault: 'cut'; readonly bytes: number }
  | { readonly fault: 'delay'; readonly ms: number; readonly direction: Direction | 'both' }
  | { readonly fault: 'throttle'; readonly bytesPerSecond: number; readonly direction: Direction | 'both' }

export interface ProxyFaultWish {
  readonly fault: ProxyFault['fault']
  /** Which bytes suffer. @default 'both' */
  readonly direction?: Direction | 'both'
  /** `cut`: how many bytes of the next frame to the client still pass. @default 1 */
  readonly bytes?: number
  /** `delay`: how long each chunk is held, in ms. */
  readonly ms?: number
  /** `throttle`. */
  readonly bytesPerSecond?: number
  /** @default 'handshake' for `half-open`, 'now' for the others */
  readonly after?: 'now' | 'handshake'
  /** Strikes after so many more bytes. */
  readonly afterBytes?: number
  /** Strikes after so many more WebSocket frames. */
  readonly afterFrames?: number
  /** Which way `afterBytes` and `afterFrames` count. @default 'to-client' */
  readonly counting?: Direction
}

/** What someone asks of the proxy for connections that are still to come. */
export interface ProxyRule extends ProxyFaultWish {
  /** The beginning of the request target, such as `/chat/lobby`. Any, unless told. */
  readonly match?: string
  /** The ordinal of the connection, from 1. Any, unless told. */
  readonly connection?: number
  /** How many connections or requests the rule applies to. @default 1 */
  readonly count?: RuleCount
}

/** When an armed fault strikes, counted from the moment that it is armed. */
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

const HOUR = 3_600_000
const FAR = 1_000_000_000

function readFault(fields: Fields): ProxyFault {
  const fault = fields.choice('fault', faults)
  const direction = () => fields.choice('direction', eitherOrBoth, 'both')
  switch (fault) {
    case 'half-open':
      return { fault, direction: direction() }
    case 'cut':
      return { fault, bytes: fields.integer('bytes', { min: 1, max: FAR }, 1) }
    case 'delay':
      return { fault, ms: fields.integer('ms', { min: 0, max: HOUR }), direction: direction() }
    case 'throttle': {
      const bytesPerSecond = fields.integer('bytesPerSecond', { min: 20, max: FAR })
      return { fault, bytesPerSecond, direction: direction() }
    }
    default:
      return { fault }
  }
}

function readTrigger(fields: Fields, fault: ProxyFault): Trigger {
  const counting = () => fields.choice('counting', directions, 'to-client')
  if (fields.has('afterBytes')) {
    return { when: 'bytes', amount: fields.integer('afterBytes', { min: 0, max: FAR }), counting: counting() }
  }
  if (fields.has('afterFrames')) {
    return {
      when: 'frames',
      amount: fields.integer('afterFrames', { min: 0, max: FAR }),
      counting: counting(),
    }
  }
  // Half-open from the first byte on would be a handshake that hangs, and that is `stall`.
  const usual = fault.fault === 'half-open' ? 'handshake' : 'now'
  return { when: fields.choice('after', ['now', 'handshake'], usual) }
}

/** @throws Problem when the fields are no fault. */
export function readArmedFault(fields: Fields): ArmedFault {
  const fault = readFault(fields)
  return { fault, trigger: readTrigger(fields, fault) }
}

/** Which connections are meant. @throws Problem */
export function readScope(fields: Fields): Scope {
  return {
    match: fields.has('match') ? fields.text('match', { min: 1, max: 2_000 }) : undefined,
    connection: fields.has('connection') ? fields.integer('connection', { min: 1, max: FAR }) : undefined,
  }
}

/** @throws Problem when the fields are no rule. */
export function readRule(fields: Fields): SettledRule {
  const rule = { ...readArmedFault(fields), ...readScope(fields), count: readCount(fields) }
  fields.nothingElse()
  return rule
}
