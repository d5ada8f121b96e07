import { betterTransport, nextTransport, setFailures } from './fallback-choice.ts'
import { closeTransport, startTransport, switched, whyReplaced } from './fallback-effects.ts'
import type {
  Connected,
  FallbackEffect,
  FallbackContext,
  FallbackState,
  FallbackStep,
  RunningTransport,
  SwitchReason,
} from './fallback-state.ts'

/** The active transport has proved itself. A candidate that is better is still awaited. */
export function proveActive(state: Connected, context: FallbackContext): FallbackStep {
  const { active, candidate } = state
  const isAwaited = candidate && candidate.transport < active.transport && context.upgrade
  const next = { ...state, candidate: isAwaited ? candidate : undefined }
  const effects = candidate && !isAwaited ? [closeTransport(candidate)] : []
  return markProved(next, active, context, effects)
}

/** Makes a transport the active one that has proved itself. Then the connection is open. */
function markProved(
  state: FallbackState,
  running: RunningTransport,
  { proofs, now }: FallbackContext,
  effects: readonly FallbackEffect[],
  changes: readonly FallbackEffect[] = [],
): FallbackStep {
  const { transport, start, phase, startedAt } = running
  const handshakeMs = phase === 'started' ? now - startedAt : state.handshakeMs
  const active = { ...running, phase: 'proved' as const, provedAt: now }
  const memory: FallbackEffect = transport > 0 ? { type: 'remember', transport } : { type: 'forget' }
  const opened: FallbackEffect[] = state.isOpen ? [] : [{ type: 'opened', transport, start }]
  return [
    { ...state, active, isOpen: true, handshakeMs },
    [...effects, ...(proofs.length > 1 ? [memory] : []), ...changes, ...opened],
  ]
}

/** The candidate has proved itself, and becomes the active transport. */
export function proveCandidate(
  state: Connected,
  candidate: RunningTransport,
  context: FallbackContext,
): FallbackStep {
  const { active } = state
  const isBetter = candidate.transport < active.transport
  // A handshake may be slow without being refused.
  const isAwaited = !isBetter && active.phase === 'started' && context.upgrade !== undefined
  const effects = isAwaited ? [] : [closeTransport(active)]
  const changes = switched(active.transport, candidate.transport, isBetter ? 'better' : whyReplaced(active))
  const next = { ...state, candidate: isAwaited ? active : undefined }
  // After an upgrade, the transport that has worked until now may be started again.
  if (isBetter)
    return markProved(
      { ...next, tried: [candidate.transport], left: Number.POSITIVE_INFINITY, outcome: undefined },
      candidate,
      context,
      effects,
      changes,
    )
  const counted = isAwaited ? next : setFailures(next, active.transport, context, true)
  return markProved(counted, candidate, context, effects, changes)
}

/** Makes the candidate the active transport, although it has not proved itself yet. */
export function promote(
  state: FallbackState,
  from: number,
  candidate: RunningTransport,
  why: SwitchReason,
  effects: readonly FallbackEffect[] = [],
): FallbackStep {
  return [
    { ...state, active: candidate, candidate: undefined },
    [...effects, ...switched(from, candidate.transport, why)],
  ]
}

export function startNextCandidate(state: FallbackState, context: FallbackContext): FallbackStep {
  const next = nextTransport(state, context)
  return next === undefined
    ? [state, []]
    : startTransport({ ...state, left: state.left - 1 }, 'candidate', next, context)
}

/** Starts the best transport of this upgrade that it has not tried yet. */
export function tryBetter(
  state: FallbackState,
  context: FallbackContext,
  effects: readonly FallbackEffect[] = [],
): FallbackStep {
  const next = betterTransport(state, context)
  if (next === undefined) return [state, effects]
  const [started, more] = startTransport(state, 'candidate', next, context)
  return [started, [...effects, ...more]]
}

/** Closes a candidate that did not fail, but is not worth waiting for. */
export function replaceCandidate(
  state: FallbackState,
  candidate: RunningTransport,
  context: FallbackContext,
): FallbackStep {
  return tryBetter({ ...state, candidate: undefined }, context, [closeTransport(candidate)])
}

/** Starts the next transport instead of a candidate that had a gap before, while no transport has proved itself. */
export function failCandidate(
  state: FallbackState,
  candidate: RunningTransport,
  context: FallbackContext,
): FallbackStep {
  const counted = setFailures(state, candidate.transport, context, true)
  const [started, effects] = startNextCandidate({ ...counted, candidate: undefined }, context)
  return [started, [closeTransport(candidate), ...effects]]
}

/** Starts the next transport beside the active one; or gives that up, if there is a candidate already. */
export function fallBack(state: Connected, context: FallbackContext): FallbackStep {
  const { active, candidate } = state
  if (!candidate) return startNextCandidate(state, context)
  const { transport } = active
  const counted = setFailures(state, transport, context, true)
  const [promoted, effects] = promote(counted, transport, candidate, whyReplaced(active))
  const [started, more] = startNextCandidate(promoted, context)
  return more.length > 0 ? [started, [closeTransport(active), ...more, ...effects]] : [state, []]
}
