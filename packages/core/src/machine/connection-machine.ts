import { clampDelay } from '../shared/backoff.ts'
import { isTautlineError } from '../shared/errors.ts'
import { applyPageEvent, closedGate } from './gates.ts'
import { renewCredentials } from './retry.ts'
import type { HeartbeatStep } from './liveness.ts'
import {
  NORMAL_CLOSURE,
  withoutTransport,
  dropQueued,
  emit,
  initialState,
  isActive,
  releaseEffects,
  resetFailures,
  failureEffects,
  mustSuspend,
} from './connection-effects.ts'
import type {
  Effect,
  MachineEvent,
  Policy,
  TransitionInput,
  State,
  Step,
  TimerName,
} from './connection-state.ts'
import { becomeIdle, close, closeForGood, suspend, waitForUrl } from './connection-ending.ts'
import {
  connectSooner,
  connectTimeoutError,
  isOverdue,
  mayBeDead,
  proveAlive,
  suspect,
} from './attempt-timing.ts'
import { startTimer, stopTimer } from './timer-effects.ts'
import { scheduleRetry } from './schedule-retry.ts'
import type { PageEvent } from '../platform/environment.ts'
import type { Outcome } from '../shared/outcome.ts'

export { initialState }
export type { Step } from './connection-state.ts'

/**
 * Returns what a connection does next. Pure: the time and a random number are in `input`. `docs/architecture.md` has a
 * table of this function and a diagram drawn from it.
 */
export function transition(state: State, event: MachineEvent, policy: Policy, input: TransitionInput): Step {
  if ('epoch' in event && event.epoch !== state.epoch) return [state, []]
  switch (event.type) {
    case 'subscribed':
      return handleSubscribed(state, policy, input)
    case 'open':
      return state.status === 'idle' || state.status === 'closed'
        ? connectAfresh(state, policy, input)
        : [state, []]
    case 'reconnect':
      return replaceTransport(state, policy, input, stopTimer('closeDelay'))
    case 'keyChanged':
      if (state.status === 'idle') return [state, [dropQueued('destination')]]
      return replaceTransport(state, policy, input, dropQueued('destination'))
    case 'urlChanged':
      if (state.status === 'idle') return connectTentatively(state, policy, input)
      return [state.status === 'connecting' ? { ...state, hasNewUrl: true } : state, []]
    case 'unsubscribed':
      return policy.closeDelayMs > 0 && isActive(state) && !event.now
        ? [state, [startTimer('closeDelay', policy.closeDelayMs)]]
        : becomeIdle(state)
    case 'close':
      return close(state, event)
    case 'requestSent':
      // The URL function has returned a URL.
      return [state.isTentative && !policy.isUrlResolvedLater ? { ...state, isTentative: false } : state, []]
    case 'opened':
      return state.status === 'connecting' ? handleOpened(state, policy, input) : [state, []]
    case 'provedUseful':
      return [resetFailures(state), []]
    case 'serverDelay':
      return [withServerDelay(state, clampDelay(event.delayMs)), []]
    case 'reply':
      return applyHeartbeat(state, state.liveness && policy.heartbeat?.reply?.(state.liveness, input.now))
    case 'activity':
      return proveAlive(state, input)
    case 'policyChanged':
      return handlePolicyChange(state, policy, input)
    case 'checkLiveness':
      return checkHeartbeat(state, policy, input, false)
    case 'ended':
      return state.status === 'connecting' || state.status === 'open'
        ? handleOutcome(state, event.outcome, policy, input)
        : [state, []]
    case 'timeout':
      return handleTimeout(state, event.timer, policy, input)
    case 'pageEvent':
      return handlePageEvent(state, event.pageEvent, policy, input)
  }
}

/** Some servers send the same delay with every event, which changes nothing. */
const withServerDelay = (state: State, serverDelayMs: number): State =>
  serverDelayMs === state.serverDelayMs ? state : { ...state, serverDelayMs }

function handleSubscribed(state: State, policy: Policy, input: TransitionInput): Step {
  if (state.status === 'idle') return connectAfresh(state, policy, input)
  const effects: Effect[] = [stopTimer('closeDelay')]
  // The retry may have become due while there was no subscriber.
  if (state.retryAt !== undefined) effects.push(startTimer('retry', state.retryAt - input.now))
  return [state, effects]
}

function replaceTransport(state: State, policy: Policy, input: TransitionInput, lastEffect: Effect): Step {
  return connectAfresh(state, policy, input, [...releaseEffects(state, NORMAL_CLOSURE), lastEffect])
}

/** Connects, and forgets past failures. */
function connectAfresh(
  state: State,
  policy: Policy,
  input: TransitionInput,
  effectsBefore: Effect[] = [stopTimer('closeDelay')],
): Step {
  const reset = {
    attempt: 0,
    error: undefined,
    closed: undefined,
    serverDelayMs: undefined,
    hasRenewedCredentials: false,
    notBefore: 0,
  } satisfies Partial<State>
  return connect({ ...state, ...reset }, policy, input, effectsBefore)
}

/** Calls another URL function. Until it returns a URL, nothing is shown: a new render may have another function again. */
function connectTentatively(
  state: State,
  policy: Policy,
  input: TransitionInput,
  effectsBefore?: Effect[],
): Step {
  const [next, effects] = connectAfresh(state, policy, input, effectsBefore)
  return [{ ...next, isTentative: true }, effects]
}

function connect(state: State, policy: Policy, input: TransitionInput, effectsBefore: Effect[] = []): Step {
  const gate = closedGate(state, policy)
  const next = { ...withoutTransport(state), waitingFor: gate, isTentative: false, hasNewUrl: false }
  if (gate) return [{ ...next, status: 'backoff' }, effectsBefore]
  // The next subscriber gets the attempt.
  if (input.isUnused)
    return [{ ...next, status: 'backoff', waitingFor: 'timer', retryAt: input.now }, effectsBefore]
  return [
    { ...next, status: 'connecting', lastConnectAt: input.now },
    [...effectsBefore, { type: 'connect' }, startTimer('connect', policy.connectTimeoutMs)],
  ]
}

function handleOpened(state: State, policy: Policy, input: TransitionInput): Step {
  const liveness = policy.heartbeat?.start(input.now)
  const effects: Effect[] = [stopTimer()]
  if (policy.stableAfterMs < Number.POSITIVE_INFINITY)
    effects.push(startTimer('stable', policy.stableAfterMs))
  if (liveness) effects.push(startTimer('heartbeat', liveness.dueAt - input.now))
  // Queued messages are sent before the listeners of `open` can send others.
  effects.push({ type: 'flushQueue' }, emit({ type: 'open' }))
  return [
    { ...state, status: 'open', error: undefined, liveness, isSuspect: false, latency: undefined },
    effects,
  ]
}

/** Retries or closes after an outcome, by the table in `docs/architecture.md` and the user's `retry.when`. */
function handleOutcome(state: State, outcome: Outcome, policy: Policy, input: TransitionInput): Step {
  const { kind, error } = outcome
  if (kind === 'idle')
    return state.hasNewUrl
      ? connectTentatively(state, policy, input, releaseEffects(state, NORMAL_CLOSURE))
      : waitForUrl(state)
  if (kind === 'complete') return closeForGood(state, { by: 'complete', error })
  const renewal = renewCredentials(state, kind, policy, input)
  // A non-idempotent request that was sent, unless a status shows that the server has not processed it.
  const mayHaveBeenProcessed =
    !policy.idempotent &&
    !outcome.isRepeatable &&
    (state.status === 'open' || (input.isRequestSent && !isTautlineError(error, 'http')))
  const isRetryable = !!renewal || (kind === 'retryable' && !mayHaveBeenProcessed)
  const shouldRetry = policy.when?.(error, isRetryable) ?? isRetryable
  if (!shouldRetry) return closeForGood(state, { by: kind === 'retryable' ? 'server' : 'fatal', error })
  if (renewal) {
    // Credentials expire while a page is open, so the option functions are called once more, usually without a delay.
    const { renewed, delayMs } = renewal
    return delayMs > 0
      ? scheduleRetry(renewed, { ...outcome, retryAfterMs: delayMs }, policy, input)
      : connect({ ...renewed, error }, policy, input, failureEffects(state, error))
  }
  if (outcome.isCleanEnd && policy.limit > 0) {
    const reset = { ...state, attempt: 0, hasRenewedCredentials: false }
    return scheduleRetry(reset, {}, policy, input, policy.delayAfterEnd?.(state, policy, input))
  }
  return scheduleRetry(state, outcome, policy, input)
}

function handleTimeout(state: State, timer: TimerName, policy: Policy, input: TransitionInput): Step {
  switch (timer) {
    case 'connect': {
      if (state.status !== 'connecting') return [state, []]
      const error = connectTimeoutError(policy, input)
      return handleOutcome(state, { kind: 'retryable', error }, policy, input)
    }
    case 'retry':
      return state.status === 'backoff' ? connect(state, policy, input) : [state, []]
    case 'stable':
      return [resetFailures(state), []]
    case 'heartbeat':
      if (!state.isSuspect) return checkHeartbeat(state, policy, input, false)
      if (input.isUnused || input.isHeld || closedGate(state, policy)) return suspect(state, input)
      return connect(state, policy, input, releaseEffects(state, NORMAL_CLOSURE))
    case 'drain':
      return [state, state.status === 'open' ? [{ type: 'flushQueue' }] : []]
    case 'closeDelay':
      return becomeIdle(state)
  }
}

function handlePageEvent(state: State, pageEvent: PageEvent, policy: Policy, input: TransitionInput): Step {
  const next = applyPageEvent(state, pageEvent)
  const waitingFor = closedGate(next, policy)
  if (state.status === 'backoff') {
    if (waitingFor) return [{ ...next, waitingFor, retryAt: undefined }, [stopTimer()]]
    return pageEvent === 'offline' || pageEvent === 'hidden' ? [next, []] : connectSooner(next, input)
  }
  if (!isActive(state)) return [state, []]
  // A page that is cached, or hidden with `pause.hidden`, closes its connection. An `offline` event only probes it.
  if (mustSuspend(next, policy)) return suspend(next, policy, input)
  if (pageEvent === 'hidden') return [next, []]
  if (pageEvent !== 'offline' && !waitingFor && isOverdue(state, policy, input))
    return connect(next, policy, input, releaseEffects(state, NORMAL_CLOSURE))
  if (mayBeDead(state, pageEvent, policy)) return suspect(next, input)
  if (state.status === 'open' && !state.liveness) return [next, [{ type: 'probe' }]]
  return checkHeartbeat(next, policy, input, true)
}

/** Applies the gates and the heartbeat of a new policy. */
function handlePolicyChange(state: State, policy: Policy, input: TransitionInput): Step {
  const waitingFor = closedGate(state, policy)
  if (state.status === 'backoff') {
    if (waitingFor === state.waitingFor) return [state, []]
    if (waitingFor) return [{ ...state, waitingFor, retryAt: undefined }, [stopTimer()]]
    return state.waitingFor === 'timer' ? [state, []] : connectSooner(state, input)
  }
  if (isActive(state) && mustSuspend(state, policy)) return suspend(state, policy, input)
  if (state.status !== 'open' || (state.isSuspect && !policy.heartbeat)) return [state, []]
  const liveness = policy.heartbeat?.start(input.now)
  return liveness
    ? [{ ...state, liveness, isSuspect: false }, [startTimer('heartbeat', liveness.dueAt - input.now)]]
    : [{ ...state, liveness, latency: undefined }, [stopTimer('heartbeat')]]
}

function checkHeartbeat(state: State, policy: Policy, input: TransitionInput, isProbe: boolean): Step {
  const { status, liveness } = state
  const step =
    status === 'open' && liveness
      ? policy.heartbeat?.check(liveness, input.now, input.isHeld ? input.now : input.lastActivityAt, isProbe)
      : undefined
  if (!step?.error) return applyHeartbeat(state, step)
  const [next, effects] = handleOutcome(state, { kind: 'retryable', error: step.error }, policy, input)
  return [next, [...step.effects, ...effects]]
}

function applyHeartbeat(state: State, step: HeartbeatStep | undefined): Step {
  if (!step) return [state, []]
  const { liveness, latency = state.latency } = step.changes
  const isUnchanged = liveness === state.liveness && latency === state.latency
  return [isUnchanged ? state : { ...state, liveness, latency }, step.effects]
}
