import { MAX_SERVER_DELAY_MS, clampDelay } from '../shared/backoff.ts'
import type { Outcome } from '../shared/outcome.ts'
import type {
  Connected,
  FallbackEvent,
  FallbackContext,
  FallbackState,
  RememberedTransport,
  RunningTransport,
} from './fallback-state.ts'

/** A connect attempt does not begin with a transport that has failed so often in a row. */
const MAX_FAILURES = 2

export const isConnected = (state: FallbackState): state is Connected => state.active !== undefined

export const isProved = ({ phase }: RunningTransport): boolean => phase === 'proved' || phase === 'stable'

/** Returns the list with this transport in it. */
export const withTransport = (list: readonly number[], transport: number): readonly number[] =>
  list.includes(transport) ? list : [...list, transport]

/** Returns the transports that may work, the best one first. */
export function usableTransports(
  state: FallbackState,
  { proofs }: Pick<FallbackContext, 'proofs'>,
): number[] {
  return [...proofs.keys()].filter((transport) => state.hopeless[transport] === undefined)
}

/** Marks a transport as hopeless. */
export function markHopeless(state: FallbackState, transport: number, now: number): FallbackState {
  const hopeless = [...state.hopeless]
  hopeless[transport] = now
  return { ...state, hopeless }
}

/** Forgets what is hopeless for too long: a proxy may have rejected a transport only once. */
export function expireHopeless(
  state: FallbackState,
  { upgrade, memoryMs, now }: FallbackContext,
): FallbackState {
  const waitMs = upgrade?.capMs ?? memoryMs
  const isOver = (at: number | undefined) => at !== undefined && (at > now || now - at >= waitMs)
  if (!state.hopeless.some(isOver)) return state
  return { ...state, hopeless: state.hopeless.map((at) => (isOver(at) ? undefined : at)) }
}

/** Whether a better transport than the active one is hopeless, and tried again later. */
export const isBetterHopeless = ({ active, hopeless }: FallbackState): boolean =>
  !!active && hopeless.slice(0, active.transport).some((at) => at !== undefined)

/** What is too old to count, or from the future because the clock was set back. */
const isExpired = (at: number, { memoryMs, now }: FallbackContext): boolean =>
  at > now || now - at >= memoryMs

function countFailures(state: FallbackState, transport: number, context: FallbackContext): number {
  const failures = state.failures[transport]
  return !failures || isExpired(failures.at, context) ? 0 : failures.count
}

/** Counts a failure of a transport, or forgets its failures. */
export function setFailures(
  state: FallbackState,
  transport: number,
  context: FallbackContext,
  hasFailed: boolean,
): FallbackState {
  const failures = [...state.failures]
  const count = countFailures(state, transport, context) + 1
  failures[transport] = hasFailed ? { count, at: context.now } : undefined
  return { ...state, failures }
}

/** Whether the server of a transport has requested no delay that is not over. */
const isAllowed = (state: FallbackState, transport: number, context: FallbackContext): boolean =>
  requestedDelayEnd(state, transport, context) <= context.now

/** Returns the transports of a list that may start now; all of them if each one has a delay that is not over. */
function allowedTransports(
  state: FallbackState,
  transports: readonly number[],
  context: FallbackContext,
): readonly number[] {
  const allowed = transports.filter((transport) => isAllowed(state, transport, context))
  return allowed.length > 0 ? allowed : transports
}

/** Whether a transport has few failures, and may start now. */
const isGood = (state: FallbackState, transport: number, context: FallbackContext): boolean =>
  countFailures(state, transport, context) < MAX_FAILURES && isAllowed(state, transport, context)

/** The first transport of a connect attempt. */
interface FirstTransport {
  readonly transport: number
  readonly isRemembered: boolean
}

/**
 * Chooses the first transport of a connect attempt: the one that was stable, the remembered one, or the best one. From
 * the second retry on it is the one with the fewest failures, so that in an outage all have their turn.
 */
export function firstTransport(
  state: FallbackState,
  { attempt, remembered }: Extract<FallbackEvent, { type: 'connect' }>,
  context: FallbackContext,
): FirstTransport | undefined {
  const usable = usableTransports(state, context)
  const failuresOf = (transport: number) => countFailures(state, transport, context)
  const good = attempt > 1 ? [] : usable.filter((transport) => isGood(state, transport, context))
  const { stable } = state
  if (stable !== undefined && good.includes(stable)) return { transport: stable, isRemembered: false }
  const hint = validHint(remembered, context)
  if (hint !== undefined && good.includes(hint)) return { transport: hint, isRemembered: true }
  const allowed = allowedTransports(state, usable, context)
  const least = Math.min(...allowed.map(failuresOf))
  const transport = good[0] ?? allowed.find((one) => failuresOf(one) === least)
  return transport === undefined ? undefined : { transport, isRemembered: false }
}

const validHint = (
  remembered: RememberedTransport | undefined,
  context: FallbackContext,
): number | undefined => (remembered && !isExpired(remembered.at, context) ? remembered.transport : undefined)

/**
 * Chooses the transport that is started instead of one that fails, or beside one that is late: the one that was stable,
 * or the best one, those with many failures last, and after them those with a `Retry-After`. Undefined if this connect
 * attempt may start no other.
 */
export function nextTransport(state: FallbackState, context: FallbackContext): number | undefined {
  if (state.left <= 0) return undefined
  const untried = usableTransports(state, context).filter((transport) => !state.tried.includes(transport))
  const good = untried.filter((transport) => isGood(state, transport, context))
  const stable = good.find((transport) => transport === state.stable)
  return stable ?? good[0] ?? allowedTransports(state, untried, context)[0]
}

/** Returns the transports that may work and are better than the active one. */
export function betterTransports(state: FallbackState, context: FallbackContext): number[] {
  const { active } = state
  if (!active || !context.upgrade) return []
  return usableTransports(state, context).filter((transport) => transport < active.transport)
}

/** Chooses a better transport than the active one, which the current upgrade has not tried yet. */
export const betterTransport = (state: FallbackState, context: FallbackContext): number | undefined =>
  betterTransports(state, context).find(
    (transport) => !state.tried.includes(transport) && isAllowed(state, transport, context),
  )

/** Stores the delay that a server has requested for a transport, limited as for a retry. */
export function setNotBefore(
  state: FallbackState,
  transport: number,
  retryAfterMs: number,
  { now }: FallbackContext,
): FallbackState {
  const notBefore = [...state.notBefore]
  notBefore[transport] = now + Math.min(MAX_SERVER_DELAY_MS, clampDelay(retryAfterMs))
  return { ...state, notBefore }
}

/** Returns until when the server of a transport has requested a delay. It is over if the clock was set back. */
export function requestedDelayEnd(
  { notBefore }: FallbackState,
  transport: number,
  { now }: FallbackContext,
): number {
  const at = notBefore[transport] ?? now
  return at > now + MAX_SERVER_DELAY_MS ? now : at
}

/** Returns what a connect attempt ends with: a retryable outcome, if there was one, with the longest `Retry-After`. */
export function combineOutcomes(before: Outcome | undefined, outcome: Outcome): Outcome {
  if (!before) return outcome
  const latest = outcome.kind === 'fatal' && before.kind !== 'fatal' ? before : outcome
  const retryAfterMs = Math.max(before.retryAfterMs ?? 0, outcome.retryAfterMs ?? 0)
  return retryAfterMs > 0 ? { ...latest, retryAfterMs } : latest
}
