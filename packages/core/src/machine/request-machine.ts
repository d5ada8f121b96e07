import type { TautlineError } from '../shared/errors.ts'
import { clampDelay, retryDelayMs } from '../shared/backoff.ts'
import { applyPageEvent, closedGate, initialPageState } from './gates.ts'
import type { PageEvent } from '../platform/environment.ts'
import type { Outcome } from '../shared/outcome.ts'
import {
  type RetryInput,
  type RetryPolicy,
  type RetryState,
  renewCredentials,
  soonerRetryAt,
} from './retry.ts'

/** The options as the machine reads them. They may change between transitions. Times in ms. */
export interface RequestPolicy extends RetryPolicy {
  /** Whether the request may be retried, since repeating it changes nothing more (RFC 9110, section 9.2.2). */
  readonly idempotent: boolean
}

/** The state of one request with its retries. */
export interface RequestState extends RetryState {
  /** `waiting`: for the next attempt. `settled` is final. */
  readonly phase: 'idle' | 'fetching' | 'waiting' | 'settled'
  /** The number of the current attempt. An event with an older number has no effect. */
  readonly epoch: number
}

export type RequestEvent =
  | { readonly type: 'fetch' | 'due' | 'abort' }
  | { readonly type: 'ended'; readonly epoch: number; readonly outcome: Outcome }
  | { readonly type: 'pageEvent'; readonly pageEvent: PageEvent }

export type RequestEffect =
  | { readonly type: 'send' | 'abortAttempt' | 'stop' }
  | { readonly type: 'start'; readonly delayMs: number }
  | {
      readonly type: 'retry'
      readonly attempt: number
      readonly retryAt: number
      readonly error: TautlineError | undefined
    }
  | { readonly type: 'give-up'; readonly attempts: number; readonly error: TautlineError | undefined }
  /** The request has ended. Without an error there is a response, unless there was no URL. */
  | { readonly type: 'settle'; readonly error: TautlineError | undefined }

export type RequestStep = readonly [state: RequestState, effects: readonly RequestEffect[]]

export const initialRequestState: RequestState = {
  phase: 'idle',
  epoch: 0,
  attempt: 0,
  hasRenewedCredentials: false,
  renewalGapsEndAt: 0,
  ...initialPageState,
  waitingFor: undefined,
  retryAt: undefined,
  notBefore: 0,
  error: undefined,
}

/** Returns what a request does next. Pure; backoff, gates and epochs are those of connections. */
export function transitionRequest(
  state: RequestState,
  event: RequestEvent,
  policy: RequestPolicy,
  input: RetryInput,
): RequestStep {
  switch (event.type) {
    case 'fetch':
      return state.phase === 'idle' ? send(state, policy) : [state, []]
    case 'due':
      return state.phase === 'waiting' && state.waitingFor === 'timer' ? send(state, policy) : [state, []]
    case 'ended':
      return state.phase === 'fetching' && event.epoch === state.epoch
        ? handleOutcome(state, event.outcome, policy, input)
        : [state, []]
    case 'pageEvent':
      return handlePageEvent(state, event.pageEvent, policy, input)
    case 'abort':
      return state.phase === 'settled'
        ? [state, []]
        : [settledState(state, undefined), [{ type: 'stop' }, { type: 'abortAttempt' }]]
  }
}

/** Sends the request now, or waits until no gate holds it back. */
function send(state: RequestState, policy: RequestPolicy): RequestStep {
  const waitingFor = closedGate(state, policy)
  if (waitingFor) return [{ ...state, phase: 'waiting', waitingFor, retryAt: undefined }, []]
  const next: RequestState = {
    ...state,
    phase: 'fetching',
    epoch: state.epoch + 1,
    waitingFor: undefined,
    retryAt: undefined,
  }
  return [next, [{ type: 'send' }]]
}

function settledState(state: RequestState, error: TautlineError | undefined): RequestState {
  return {
    ...state,
    phase: 'settled',
    epoch: state.epoch + 1,
    waitingFor: undefined,
    retryAt: undefined,
    error,
  }
}

function handleOutcome(
  state: RequestState,
  outcome: Outcome,
  policy: RequestPolicy,
  input: RetryInput,
): RequestStep {
  const { kind, error } = outcome
  if (kind === 'complete' || kind === 'idle')
    return [settledState(state, undefined), [{ type: 'stop' }, { type: 'settle', error: undefined }]]
  const effectsBefore: RequestEffect[] = [{ type: 'stop' }, { type: 'abortAttempt' }]
  // Retries once with new credentials, usually without a delay, and for every method: the server did not process the request.
  const renewal = renewCredentials(state, kind, policy, input)
  if (renewal) {
    const { renewed, delayMs } = renewal
    if (delayMs > 0)
      return scheduleRetry(renewed, { ...outcome, retryAfterMs: delayMs }, effectsBefore, policy, input)
    const [next, effects] = send({ ...renewed, error }, policy)
    return [next, [...effectsBefore, ...effects]]
  }
  const isRetryable = kind === 'retryable' && policy.idempotent
  if (!(policy.when?.(error, isRetryable) ?? isRetryable))
    return [settledState(state, error), [...effectsBefore, { type: 'settle', error }]]
  if (state.attempt >= policy.limit) {
    const giveUp: RequestEffect = { type: 'give-up', attempts: state.attempt, error }
    return [settledState(state, error), [...effectsBefore, giveUp, { type: 'settle', error }]]
  }
  return scheduleRetry(state, outcome, effectsBefore, policy, input)
}

function scheduleRetry(
  state: RequestState,
  { error, retryAfterMs = 0 }: Outcome,
  effects: RequestEffect[],
  policy: RequestPolicy,
  input: RetryInput,
): RequestStep {
  const attempt = state.attempt + 1
  const serverDelayMs = clampDelay(retryAfterMs)
  const delayMs = retryDelayMs(policy.delay, { attempt, random: input.random, error }, serverDelayMs)
  const retryAt = input.now + delayMs
  const waitingFor = closedGate(state, policy)
  const next: RequestState = {
    ...state,
    phase: 'waiting',
    epoch: state.epoch + 1,
    attempt,
    error,
    notBefore: serverDelayMs > 0 ? retryAt : 0,
    waitingFor: waitingFor ?? 'timer',
    retryAt: waitingFor ? undefined : retryAt,
  }
  if (!waitingFor) effects.push({ type: 'start', delayMs })
  return [next, [...effects, { type: 'retry', attempt, retryAt, error }]]
}

function handlePageEvent(
  state: RequestState,
  pageEvent: PageEvent,
  policy: RequestPolicy,
  input: RetryInput,
): RequestStep {
  const next = applyPageEvent(state, pageEvent)
  // A non-idempotent request continues, so the browser may not put the page into the back/forward cache.
  if (state.phase === 'fetching' && pageEvent === 'pagehide' && policy.idempotent)
    return [
      { ...next, phase: 'waiting', epoch: state.epoch + 1, waitingFor: 'page' },
      [{ type: 'stop' }, { type: 'abortAttempt' }],
    ]
  if (state.phase !== 'waiting') return [state.phase === 'settled' ? state : next, []]
  const waitingFor = closedGate(next, policy)
  if (waitingFor) return [{ ...next, waitingFor, retryAt: undefined }, [{ type: 'stop' }]]
  const hasGateOpened = state.waitingFor !== 'timer'
  // Only these events make a retry start sooner.
  if (!hasGateOpened && !/^(online|visible|pageshow|wake)$/.test(pageEvent)) return [next, []]
  const retryAt = soonerRetryAt(next, input)
  const delayMs = Math.max(0, retryAt - input.now)
  return [{ ...next, waitingFor: 'timer', retryAt }, [{ type: 'start', delayMs }]]
}
