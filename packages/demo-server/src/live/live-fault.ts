import { type Fault } from '../faults.ts'
import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { type RuleCount } from '../rule-book.ts'
import { type LiveFaultKind, type LiveTransportName, type OpenConnections } from './live-types.ts'

/** A fault of one transport, with all its options. */
export interface LiveFault {
  readonly kind: LiveFaultKind
  readonly status: number
  readonly code: number
  readonly messages: readonly number[]
  readonly times: number
  readonly count: RuleCount
  readonly every: number
  readonly open: OpenConnections
}

const everywhere = ['refused', 'unanswered', 'portal', 'down', 'cut'] as const
const streams = [
  ...everywhere,
  'silent',
  'closes',
  'held-back',
  'one-late',
  'half-open',
  'swallow',
] as const satisfies readonly LiveFaultKind[]
const polls = [...everywhere, 'half-open', 'swallow'] as const satisfies readonly LiveFaultKind[]

/** The faults of each transport. */
const kinds: Readonly<Record<LiveTransportName, readonly LiveFaultKind[]>> = {
  'web-socket': [...everywhere, 'no-upgrade', 'silent', 'closes', 'half-open', 'swallow', 'no-acks'],
  'event-source': streams,
  frame: streams,
  'long-poll': polls,
  'short-poll': polls,
  post: everywhere,
}

export const transportNames: readonly LiveTransportName[] = [
  'web-socket',
  'event-source',
  'frame',
  'long-poll',
  'short-poll',
  'post',
]

/** Reads `transport`: one name, or `all`. @throws Problem */
export function readTransports(fields: Fields): readonly LiveTransportName[] {
  const name = fields.choice('transport', [...transportNames, 'all'], 'all')
  return name === 'all' ? transportNames : [name]
}

const keeps = (kind: LiveFaultKind): boolean => kind === 'swallow' || kind === 'no-acks'

const openOf = (kind: LiveFaultKind): OpenConnections => {
  if (kind === 'half-open') return 'freeze'
  return keeps(kind) ? 'keep' : 'cut'
}

const countOf = (kind: LiveFaultKind): RuleCount => (kind === 'cut' ? 1 : 'always')

const MAX_NUMBER = 1_000_000

/** @throws Problem when the fault does not exist on one of these transports. */
export function readLiveFault(fields: Fields, transports: readonly LiveTransportName[]): LiveFault {
  const [first = 'post', ...others] = transports
  const shared = kinds[first].filter((kind) => others.every((other) => kinds[other].includes(kind)))
  const kind = fields.choice('fault', shared)
  const numbers = { min: 1, max: MAX_NUMBER }
  return {
    kind,
    status: fields.integer('status', { min: 200, max: 599 }, kind === 'no-upgrade' ? 426 : 403),
    code: fields.integer('code', { min: 0, max: 65_535 }, 1011),
    messages: kind === 'swallow' ? fields.integers('messages', { min: 1, max: 1_000 }, numbers) : [],
    times: fields.integer('times', numbers, 1),
    count: fields.has('count') ? fields.integerOr('count', 'always', numbers, 1) : countOf(kind),
    every: fields.integer('every', numbers, 1),
    open: fields.choice('open', ['cut', 'freeze', 'keep'], openOf(kind)),
  }
}

/** Whether a fault applies to requests that arrive later, and not only to open connections. */
export function strikesLater(kind: LiveFaultKind, transport: LiveTransportName): boolean {
  if (kind === 'swallow' || kind === 'half-open') return false
  // A stream is cut once. A poll or a POST is cut in its response.
  return kind !== 'cut' || transport.endsWith('poll') || transport === 'post'
}

/** The fault of the server that does the same, if there is one: it replaces the response. */
export function serverFaultOf({ kind, status, code }: LiveFault): Fault | undefined {
  switch (kind) {
    case 'refused':
    case 'no-upgrade':
      return {
        fault: 'refuse',
        status,
        retryAfter: undefined,
        location: undefined,
        endless: false,
        ms: 0,
      }
    case 'unanswered':
      return { fault: 'stall' }
    case 'portal':
      return { fault: 'captive-portal' }
    case 'down':
      return { fault: 'reset' }
    case 'closes':
      return { fault: 'close', code, reason: '', afterMessages: 0 }
    default:
      return undefined
  }
}

/** @throws Problem when the text is not the number of a message. */
export function readCursor(text: string, field: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Problem(400, 'bad-input', `"${field}" must be the number of a message`, field)
}
