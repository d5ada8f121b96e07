import type { Outcome } from '../shared/outcome.ts'
import {
  combineOutcomes,
  isProved,
  markHopeless,
  nextTransport,
  setFailures,
  setNotBefore,
} from './fallback-choice.ts'
import { closeTransport, endAttempt, release, startTransport, switched } from './fallback-effects.ts'
import type {
  Connected,
  FallbackContext,
  FallbackState,
  FallbackStep,
  RunningTransport,
  SwitchReason,
} from './fallback-state.ts'
import { promote, startNextCandidate, tryBetter } from './fallback-switch.ts'

/** Credentials are renewed by the connection machine, and no other transport gets around a completed stream. */
const isForConnection = (kind: Outcome['kind']): boolean => kind !== 'retryable' && kind !== 'fatal'

/** The server or the network has ended the active transport. */
export function endActive(state: Connected, outcome: Outcome, context: FallbackContext): FallbackStep {
  const { active, candidate } = state
  const { kind } = outcome
  if (isForConnection(kind)) return endForConnection(state, active, outcome)
  const { transport } = active
  const why: SwitchReason = isProved(active) ? 'lost' : 'refused'
  const isGood = active.phase === 'stable' || (isProved(active) && outcome.isCleanEnd === true)
  const counted = countEnd(state, active, outcome, context)
  const stable = isGood && outcome.isCleanEnd ? transport : state.stable
  const ended = { ...counted, stable, active: undefined }
  // After an outage all pages lose their transports at once. A backoff spreads their attempts.
  const isLost = isGood && kind !== 'fatal'
  if (candidate) return promote({ ...ended, left: isLost ? 0 : ended.left }, transport, candidate, why)
  // A server that rejects one transport works: this is no outage.
  const left = kind === 'fatal' ? ended.left + 1 : ended.left
  const next = isLost ? undefined : nextTransport({ ...ended, left }, context)
  if (next === undefined) return endAttempt(ended, { transport, why }, context)
  const [started, effects] = startTransport({ ...ended, left: left - 1 }, 'active', next, context)
  return [started, [...effects, ...switched(transport, next, why)]]
}

/** The server or the network has ended the candidate. */
export function endCandidate(
  state: Connected,
  candidate: RunningTransport,
  outcome: Outcome,
  context: FallbackContext,
): FallbackStep {
  if (isProved(state.active)) {
    // The active transport works, so what a candidate reports does not concern the connection.
    const known = isForConnection(outcome.kind) ? { ...outcome, kind: 'retryable' as const } : outcome
    const counted = countEnd(state, candidate, known, context)
    return tryBetter({ ...counted, candidate: undefined }, context)
  }
  if (isForConnection(outcome.kind)) return endForConnection(state, candidate, outcome)
  const counted = { ...countEnd(state, candidate, outcome, context), candidate: undefined }
  const left = outcome.kind === 'fatal' ? counted.left + 1 : counted.left
  return startNextCandidate({ ...counted, left }, context)
}

/** Counts a transport that has ended: as hopeless, as failed, or as one that works. */
function countEnd(
  state: FallbackState,
  running: RunningTransport,
  outcome: Outcome,
  context: FallbackContext,
): FallbackState {
  const { transport } = running
  const { retryAfterMs = 0 } = outcome
  const delayed = retryAfterMs > 0 ? setNotBefore(state, transport, retryAfterMs, context) : state
  const combined = { ...delayed, outcome: combineOutcomes(state.outcome, outcome) }
  if (outcome.kind === 'fatal') return markHopeless(combined, transport, context.now)
  const isGood = isProved(running) && (running.phase === 'stable' || outcome.isCleanEnd === true)
  return setFailures(combined, transport, context, !isGood)
}

function endForConnection(state: Connected, running: RunningTransport, outcome: Outcome): FallbackStep {
  const { active, candidate } = state
  const other = running === active ? candidate : active
  const [released] = release(state, undefined)
  return [released, [...(other ? [closeTransport(other)] : []), { type: 'ended', outcome }]]
}
