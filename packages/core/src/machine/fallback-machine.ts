import {
  betterTransports,
  expireHopeless,
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
  FallbackContext,
  FallbackInput,
  FallbackPolicy,
  FallbackState,
  FallbackStep,
  FallbackTimer,
  RunningTransport,
} from './fallback-state.ts'
import {
  failCandidate,
  fallBack,
  proveActive,
  proveCandidate,
  replaceCandidate,
  tryBetter,
} from './fallback-switch.ts'

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
  notBefore: [],
  stable: undefined,
  remembered: undefined,
  previous: undefined,
  upgradeWaitMs: undefined,
  upgradeAt: undefined,
  gap: undefined,
  gapped: [],
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
  const context = { ...policy, ...input }
  const state = settle(expireHopeless(before, context), context)
  return withTimers(before, handle(state, event, context), context)
}

function handle(state: FallbackState, event: FallbackEvent, context: FallbackContext): FallbackStep {
  if (event.type === 'connect') return connect(state, event, context)
  if (event.type === 'networkChanged') return changeNetwork(state, event.by, context)
  if (!isConnected(state)) return [state, []]
  if (event.type === 'close') return close(state, event, context)
  if (event.type === 'timeout') return handleTimeout(state, event.timer, context)
  const { active, candidate } = state
  const running = event.start === active.start ? active : candidate
  if (event.start !== running?.start) return [state, []]
  if (event.type === 'opened') return open(state, running, context)
  const isSign = event.type === 'proved' || event.type === 'message' || event.type === 'gap'
  const received = isSign && !running.hasReceived ? markReceived(running) : running
  if (running !== active) return handleCandidate(state, received, event, context)
  return handleActive(received === active ? state : { ...state, active: received }, event, context)
}

/** If it was stable without having brought anything, it is proved again. */
function markReceived(running: RunningTransport): RunningTransport {
  return { ...running, hasReceived: true, phase: running.phase === 'stable' ? 'proved' : running.phase }
}

/** Notices that the active transport is stable, and corrects times after the clock was set back. */
function settle(state: FallbackState, context: FallbackContext): FallbackState {
  const { active, candidate } = state
  const { now, stableAfterMs } = context
  if (!active) return state
  if (Math.max(active.startedAt, active.provedAt ?? now, candidate?.startedAt ?? now) > now)
    return {
      ...state,
      active: { ...active, startedAt: now, provedAt: active.provedAt && now },
      candidate: candidate && { ...candidate, startedAt: now },
    }
  if (active.phase !== 'proved' || now - (active.provedAt ?? now) < stableAfterMs) return state
  const { transport, hasReceived } = active
  const trusted = { ...state, gapped: state.gapped.filter((one) => one !== transport) }
  const settled = {
    ...(hasReceived ? setFailures(trusted, transport, context, false) : state),
    active: { ...active, phase: 'stable' as const },
    stable: transport,
    left: Number.POSITIVE_INFINITY,
    tried: candidate ? state.tried : [transport],
    outcome: undefined,
  }
  // If the best one works, the next upgrade waits as at first.
  return hasReceived && betterTransports(settled, context).length === 0
    ? { ...settled, upgradeWaitMs: undefined, upgradeAt: undefined }
    : settled
}

function connect(state: FallbackState, event: EventOf<'connect'>, context: FallbackContext): FallbackStep {
  const [released, closed] = release(state, state.previous)
  // A connection that was opened again after a fatal error tries all of them again.
  const hopeless = usableTransports(state, context).length > 0 ? state.hopeless : []
  const { attempt } = event
  const left = attempt > 1 ? 0 : attempt === 1 ? 1 : Number.POSITIVE_INFINITY
  const fresh = { ...released, hopeless, left, tried: [], outcome: undefined, previous: undefined }
  const first = firstTransport(fresh, event, context)
  if (!first) {
    const [ended, effects] = endAttempt(fresh, undefined, context)
    return [ended, [...closed, ...effects]]
  }
  const { transport, isRemembered } = first
  const remembered = isRemembered ? transport : undefined
  const [next, effects] = startTransport({ ...fresh, remembered }, 'active', transport, context, 'cursor')
  const { previous } = state
  const changes = previous ? switched(previous.transport, transport, previous.why) : []
  return [next, [...closed, ...effects, ...changes]]
}

/** A transport has opened, which may be all the proof that there is. */
function open(state: Connected, running: RunningTransport, context: FallbackContext): FallbackStep {
  if (running.phase !== 'started') return [state, []]
  const isActive = running === state.active
  const opened = { ...state, handshakeMs: context.now - running.startedAt }
  if (context.proofs[running.transport] === 'open')
    return isActive ? proveActive(opened, context) : proveCandidate(opened, running, context)
  return [{ ...opened, [isActive ? 'active' : 'candidate']: { ...running, phase: 'opened' } }, []]
}

type TransportEvent = EventOf<'proved' | 'message' | 'behind' | 'ended' | 'gap'>

function handleActive(state: Connected, event: TransportEvent, context: FallbackContext): FallbackStep {
  switch (event.type) {
    case 'proved':
    case 'message':
      return isProved(state.active) ? [state, []] : proveActive(state, context)
    case 'ended':
      return endActive(state, event.outcome, context)
    case 'gap':
      return handleGap(state, event, context)
    case 'behind':
      return [state, []]
  }
}

function handleCandidate(
  state: Connected,
  candidate: RunningTransport,
  event: TransportEvent,
  context: FallbackContext,
): FallbackStep {
  switch (event.type) {
    case 'proved':
    case 'message':
      return proveCandidate(state, candidate, context)
    case 'ended':
      return endCandidate(state, candidate, event.outcome, context)
    case 'gap': {
      if (isProved(state.active)) return replaceCandidate(state, candidate, context)
      if (state.gapped.includes(candidate.transport)) return failCandidate(state, candidate, context)
      // Its message proves that it works.
      const [proved, effects] = proveCandidate(state, candidate, context)
      if (!isConnected(proved)) return [proved, effects]
      const [next, more] = handleGap(proved, event, context)
      return [next, [...effects, ...more]]
    }
    case 'behind':
      return replaceCandidate(state, candidate, context)
  }
}

function handleTimeout(state: Connected, timer: FallbackTimer, context: FallbackContext): FallbackStep {
  const { active, candidate } = state
  switch (timer) {
    case 'fallback':
      return isProved(active) ? [state, []] : fallBack(state, context)
    case 'upgrade': {
      if (!isProved(active) || candidate || !context.upgrade) return [state, []]
      const { afterMs, capMs } = context.upgrade
      const waitMs = upgradeWait(state, context)
      const upgradeWaitMs = waitMs < afterMs ? afterMs : Math.min(2 * waitMs, capMs)
      const next = { ...state, tried: [active.transport], upgradeWaitMs, upgradeAt: undefined }
      return tryBetter({ ...next, remembered: undefined }, context)
    }
    case 'proofDeadline': {
      if (!state.isOpen) return [state, []]
      if (!isProved(active)) return close(state, { type: 'close', isFailure: true }, context, true)
      if (!candidate) return [state, []]
      const counted = setFailures(state, candidate.transport, context, true)
      return replaceCandidate(counted, candidate, context)
    }
  }
}

/** Another network may let other transports through. */
function changeNetwork(
  state: FallbackState,
  by: EventOf<'networkChanged'>['by'],
  context: FallbackContext,
): FallbackStep {
  const sooner = { ...state, upgradeWaitMs: undefined }
  const upgradeAt =
    state.upgradeAt && context.upgrade && Math.min(state.upgradeAt, context.now + context.upgrade.afterMs)
  if (by === 'visible') return [{ ...sooner, upgradeAt }, []]
  const forgotten = { failures: [], hopeless: [], gapped: [], stable: undefined, remembered: undefined }
  const effects: FallbackEffect[] = context.proofs.length > 1 ? [{ type: 'forget' }] : []
  return [{ ...sooner, ...forgotten, upgradeAt }, effects]
}

/** Closes every transport. @param isEnded the connection machine does not know it yet */
function close(
  state: Connected,
  { isFailure }: EventOf<'close'>,
  context: FallbackContext,
  isEnded = false,
): FallbackStep {
  if (!isFailure) return release(state, undefined)
  const { active, candidate } = state
  const { transport, phase, hasReceived } = active
  const hasFailed = phase !== 'stable' || !hasReceived
  let counted: FallbackState = setFailures(state, transport, context, hasFailed)
  if (candidate && context.now - candidate.startedAt >= context.fallbackAfterMs)
    counted = setFailures(counted, candidate.transport, context, true)
  const previous = { transport, why: whyReplaced(active) }
  return isEnded ? endAttempt(counted, previous, context) : release(counted, previous)
}
