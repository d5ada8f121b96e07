import {
  betterTransport,
  firstTransport,
  isConnected,
  isProved,
  setFailures,
  usableTransports,
} from './fallback-choice.ts'
import {
  endAttempt,
  release,
  startTransport,
  switched,
  upgradeWait,
  whyReplaced,
  withTimers,
} from './fallback-effects.ts'
import { endActive, endCandidate } from './fallback-ending.ts'
import { handleGap } from './fallback-gap.ts'
import type {
  Connected,
  EventOf,
  FallbackEffect,
  FallbackEvent,
  FallbackInput,
  FallbackPolicy,
  FallbackState,
  FallbackStep,
  FallbackTimer,
  RunningTransport,
} from './fallback-state.ts'
import { fallBack, proveActive, proveCandidate, replaceCandidate, tryBetter } from './fallback-switch.ts'

/** The state before the first connect attempt. */
export const initialFallbackState: FallbackState = {
  active: undefined,
  candidate: undefined,
  starts: 0,
  isOpen: false,
  left: 0,
  tried: [],
  outcome: undefined,
  failures: [],
  hopeless: [],
  stable: undefined,
  remembered: undefined,
  previous: undefined,
  upgradeWaitMs: undefined,
  upgradeAt: undefined,
  gap: undefined,
  gapAt: Number.NEGATIVE_INFINITY,
  handshakeMs: undefined,
}

/**
 * The transition function of the transports of one connection. It chooses which one is active, and which one is tried
 * beside it, during one connect attempt of the connection machine. It is pure: the time and a random number are in
 * `input`.
 */
export function fallbackTransition(
  before: FallbackState,
  event: FallbackEvent,
  policy: FallbackPolicy,
  input: FallbackInput,
): FallbackStep {
  const state = settle(before, policy, input)
  return withTimers(before, handle(state, event, policy, input), policy, input)
}

function handle(
  state: FallbackState,
  event: FallbackEvent,
  policy: FallbackPolicy,
  input: FallbackInput,
): FallbackStep {
  if (event.type === 'connect') return connect(state, event, policy, input)
  if (event.type === 'networkChanged') return changeNetwork(state, event.by, policy, input)
  if (!isConnected(state)) return [state, []]
  if (event.type === 'close') return close(state, event, policy, input)
  if (event.type === 'timeout') return handleTimeout(state, event.timer, policy, input)
  const { active, candidate } = state
  const running = event.start === active.start ? active : candidate
  if (event.start !== running?.start) return [state, []]
  if (event.type === 'opened') return open(state, running, policy, input)
  const isSign = event.type === 'proved' || event.type === 'message' || event.type === 'gap'
  const received = isSign && !running.hasReceived ? markReceived(running) : running
  if (running !== active) return handleCandidate(state, received, event, policy, input)
  return handleActive(received === active ? state : { ...state, active: received }, event, policy, input)
}

/** If it was stable without having brought anything, it is proved again. */
function markReceived(running: RunningTransport): RunningTransport {
  return { ...running, hasReceived: true, phase: running.phase === 'stable' ? 'proved' : running.phase }
}

/** Notices that the active transport is stable, and corrects times after the clock was set back. */
function settle(state: FallbackState, policy: FallbackPolicy, { now }: FallbackInput): FallbackState {
  const { active, candidate } = state
  if (!active) return state
  if (Math.max(active.startedAt, active.provedAt ?? now, candidate?.startedAt ?? now) > now)
    return {
      ...state,
      active: { ...active, startedAt: now, provedAt: active.provedAt && now },
      candidate: candidate && { ...candidate, startedAt: now },
    }
  if (active.phase !== 'proved' || now - (active.provedAt ?? now) < policy.stableAfterMs) return state
  const { transport, hasReceived } = active
  const settled = {
    ...(hasReceived ? setFailures(state, transport, policy, now, false) : state),
    active: { ...active, phase: 'stable' as const },
    stable: transport,
    left: Number.POSITIVE_INFINITY,
    tried: candidate ? state.tried : [transport],
    outcome: undefined,
  }
  // If the best one works, the next upgrade waits as at first.
  return hasReceived && betterTransport(settled, policy, []) === undefined
    ? { ...settled, upgradeWaitMs: undefined, upgradeAt: undefined }
    : settled
}

function connect(
  state: FallbackState,
  event: EventOf<'connect'>,
  policy: FallbackPolicy,
  input: FallbackInput,
): FallbackStep {
  const [released, closed] = release(state, state.previous)
  // A connection that was opened again after a fatal error tries all of them again.
  const hopeless = usableTransports(state, policy).length > 0 ? state.hopeless : []
  const { attempt } = event
  const left = attempt > 1 ? 0 : attempt === 1 ? 1 : Number.POSITIVE_INFINITY
  const fresh = { ...released, hopeless, left, tried: [], outcome: undefined, previous: undefined }
  const first = firstTransport(fresh, event, policy, input.now)
  if (!first) {
    const [ended, effects] = endAttempt(fresh, undefined, policy)
    return [ended, [...closed, ...effects]]
  }
  const { transport, isRemembered } = first
  const remembered = isRemembered ? transport : undefined
  const [next, effects] = startTransport({ ...fresh, remembered }, 'active', transport, input, 'cursor')
  const { previous } = state
  const changes = previous ? switched(previous.transport, transport, previous.why) : []
  return [next, [...closed, ...effects, ...changes]]
}

/** A transport has opened, which may be all the proof that there is. */
function open(
  state: Connected,
  running: RunningTransport,
  policy: FallbackPolicy,
  input: FallbackInput,
): FallbackStep {
  if (running.phase !== 'started') return [state, []]
  const isActive = running === state.active
  const opened = { ...state, handshakeMs: input.now - running.startedAt }
  if (policy.proofs[running.transport] === 'open')
    return isActive ? proveActive(opened, policy, input) : proveCandidate(opened, running, policy, input)
  return [{ ...opened, [isActive ? 'active' : 'candidate']: { ...running, phase: 'opened' } }, []]
}

type TransportEvent = EventOf<'proved' | 'message' | 'behind' | 'ended' | 'gap'>

function handleActive(
  state: Connected,
  event: TransportEvent,
  policy: FallbackPolicy,
  input: FallbackInput,
): FallbackStep {
  switch (event.type) {
    case 'proved':
    case 'message':
      return isProved(state.active) ? [state, []] : proveActive(state, policy, input)
    case 'ended':
      return endActive(state, event.outcome, policy, input)
    case 'gap':
      return handleGap(state, event, policy, input)
    case 'behind':
      return [state, []]
  }
}

function handleCandidate(
  state: Connected,
  candidate: RunningTransport,
  event: TransportEvent,
  policy: FallbackPolicy,
  input: FallbackInput,
): FallbackStep {
  switch (event.type) {
    case 'proved':
    case 'message':
      return proveCandidate(state, candidate, policy, input)
    case 'ended':
      return endCandidate(state, candidate, event.outcome, policy, input)
    case 'gap': {
      if (isProved(state.active)) return replaceCandidate(state, candidate, policy, input)
      // Its message proves that it works.
      const [proved, effects] = proveCandidate(state, candidate, policy, input)
      if (!isConnected(proved)) return [proved, effects]
      const [next, more] = handleGap(proved, event, policy, input)
      return [next, [...effects, ...more]]
    }
    case 'behind':
      return replaceCandidate(state, candidate, policy, input)
  }
}

function handleTimeout(
  state: Connected,
  timer: FallbackTimer,
  policy: FallbackPolicy,
  input: FallbackInput,
): FallbackStep {
  const { active, candidate } = state
  switch (timer) {
    case 'fallback':
      return isProved(active) ? [state, []] : fallBack(state, policy, input)
    case 'upgrade': {
      if (!isProved(active) || candidate || !policy.upgrade) return [state, []]
      const { afterMs, capMs } = policy.upgrade
      const waitMs = upgradeWait(state, policy)
      const upgradeWaitMs = waitMs < afterMs ? afterMs : Math.min(2 * waitMs, capMs)
      const next = { ...state, tried: [active.transport], upgradeWaitMs, upgradeAt: undefined }
      return tryBetter({ ...next, remembered: undefined }, policy, input)
    }
    case 'proofDeadline': {
      if (!state.isOpen) return [state, []]
      if (!isProved(active)) return close(state, { type: 'close', isFailure: true }, policy, input, true)
      if (!candidate) return [state, []]
      const counted = setFailures(state, candidate.transport, policy, input.now, true)
      return replaceCandidate(counted, candidate, policy, input)
    }
  }
}

/** Another network may let other transports through. */
function changeNetwork(
  state: FallbackState,
  by: EventOf<'networkChanged'>['by'],
  policy: FallbackPolicy,
  { now }: FallbackInput,
): FallbackStep {
  const sooner = { ...state, upgradeWaitMs: undefined }
  const upgradeAt =
    state.upgradeAt && policy.upgrade && Math.min(state.upgradeAt, now + policy.upgrade.afterMs)
  if (by === 'visible') return [{ ...sooner, upgradeAt }, []]
  const forgotten = { failures: [], hopeless: [], stable: undefined, remembered: undefined }
  const effects: FallbackEffect[] = policy.proofs.length > 1 ? [{ type: 'forget' }] : []
  return [{ ...sooner, ...forgotten, upgradeAt }, effects]
}

/** Closes every transport. @param isEnded the connection machine does not know it yet */
function close(
  state: Connected,
  { isFailure }: EventOf<'close'>,
  policy: FallbackPolicy,
  input: FallbackInput,
  isEnded = false,
): FallbackStep {
  if (!isFailure) return release(state, undefined)
  const { active, candidate } = state
  const { transport, phase, hasReceived } = active
  const hasFailed = phase !== 'stable' || !hasReceived
  let counted: FallbackState = setFailures(state, transport, policy, input.now, hasFailed)
  if (candidate && input.now - candidate.startedAt >= policy.fallbackAfterMs)
    counted = setFailures(counted, candidate.transport, policy, input.now, true)
  const previous = { transport, why: whyReplaced(active) }
  return isEnded ? endAttempt(counted, previous, policy) : release(counted, previous)
}
