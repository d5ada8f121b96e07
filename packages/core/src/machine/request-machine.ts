import type { TautlineError } from '../shared/errors.ts'
import { MAX_SERVER_DELAY_MS, type RetryDelay, clampDelay, retryDelayMs } from '../shared/backoff.ts'
import type { WaitingFor } from './connection-state.ts'
import type { PageEvent } from '../platform/environment.ts'
import type { Outcome } from '../shared/outcome.ts'

/** What the machine is told to do; it may differ from one transition to the next. Times in ms. */
export interface RequestPolicy {
  /** So many retries in a row. */
  readonly limit: number
  readonly delay: RetryDelay
  /** The user's word on whether an error is worth a retry, given what the table says. */
  readonly when: ((error: TautlineError | undefined, retryable: boolean) => boolean) | undefined
  /** Doing it twice is doing it once, so that it may be tried again (RFC 9110, section 9.2.2). */
  readonly idempotent: boolean
  /** Can the credentials be asked for again? */
  readonly canRenewCredentials: boolean
  readonly pauseOffline: boolean
  readonly pauseHidden: boolean
}

/** One request with its retries, from when it is wanted until its end. */
export interface RequestState {
  /** `waiting`: for the next attempt; `settled` has no way back. */
  readonly phase: 'idle' | 'fetching' | 'waiting' | 'settled'
  /** Names the one live attempt: what carries an older one is inert. */
  readonly epoch: number
  /** Retries so far. */
  readonly attempt: number
  /** The credentials have been asked for again. */
  readonly hasRenewedCredentials: boolean
  readonly isOnline: boolean
  readonly isVisible: boolean
  readonly isPageActive: boolean
  readonly waitingFor: WaitingFor | undefined
  /** When the next attempt is due, by the wall clock. */
  readonly retryAt: number | undefined
  /** A server's wish: no attempt before this time. */
  readonly notBefore: number
  /** Why the last attempt failed. */
  readonly error: TautlineError | undefined
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
  /** It has come to its end; without an error it was answered. */
  | { readonly type: 'settle'; readonly error: TautlineError | undefined }

/** The clock and the chance of one transition. */
export interface RequestTransitionInput {
  readonly now: number
  /** In [0, 1). */
  readonly random: number
}

export type RequestStep = readonly [state: RequestState, effects: readonly RequestEffect[]]

/** What keeps the tabs of one browser from asking in the same instant when the network is back, in ms. */
const MAX_WAKE_JITTER_MS = 250

export const initialRequestState: RequestState = {
  phase: 'idle',
  epoch: 0,
  attempt: 0,
  hasRenewedCredentials: false,
  isOnline: true,
  isVisible: true,
  isPageActive: true,
  waitingFor: undefined,
  retryAt: undefined,
  notBefore: 0,
  error: undefined,
}

/** The life of one request. Pure, as the machine of connections is, and on the same backoff, gates and epochs. */
export function transitionRequest(
  state: RequestState,
  event: RequestEvent,
  policy: RequestPolicy,
  input: RequestTransitionInput,
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
        : [finished(state, undefined), [{ type: 'stop' }, { type: 'abortAttempt' }]]
  }
}

/** Asks now, or as soon as what is shut has opened. */
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

function finished(state: RequestState, error: TautlineError | undefined): RequestState {
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
  input: RequestTransitionInput,
): RequestStep {
  const { kind, error } = outcome
  if (kind === 'complete')
    return [finished(state, undefined), [{ type: 'stop' }, { type: 'settle', error: undefined }]]
  const effectsBefore: RequestEffect[] = [{ type: 'stop' }, { type: 'abortAttempt' }]
  // Credentials are asked for once more, without a wait; the server has done nothing, whatever the method.
  if (kind === 'unauthorized' && policy.canRenewCredentials && !state.hasRenewedCredentials) {
    const [next, effects] = send({ ...state, hasRenewedCredentials: true, error }, policy)
    return [next, [...effectsBefore, ...effects]]
  }
  const isRetryable = kind === 'retryable' && policy.idempotent
  if (!(policy.when?.(error, isRetryable) ?? isRetryable))
    return [finished(state, error), [...effectsBefore, { type: 'settle', error }]]
  if (state.attempt >= policy.limit) {
    const giveUp: RequestEffect = { type: 'give-up', attempts: state.attempt, error }
    return [finished(state, error), [...effectsBefore, giveUp, { type: 'settle', error }]]
  }
  return scheduleRetry(state, outcome, effectsBefore, policy, input)
}

function scheduleRetry(
  state: RequestState,
  { error, retryAfterMs = 0 }: Outcome,
  effects: RequestEffect[],
  policy: RequestPolicy,
  input: RequestTransitionInput,
): RequestStep {
  const attempt = state.attempt + 1
  const serverDelayMs = clampDelay(retryAfterMs)
  const delayMs = retryDelayMs(policy.delay, attempt, input.random, serverDelayMs)
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
  if (!waitingFor) effects.push({ type: 'start', delayMs: delayMs })
  return [next, [...effects, { type: 'retry', attempt, retryAt, error }]]
}

/** What an attempt has to wait for. */
function closedGate(state: RequestState, policy: RequestPolicy): WaitingFor | undefined {
  if (!state.isPageActive) return 'page'
  if (policy.pauseOffline && !state.isOnline) return 'online'
  return policy.pauseHidden && !state.isVisible ? 'visible' : undefined
}

function handlePageEvent(
  state: RequestState,
  pageEvent: PageEvent,
  policy: RequestPolicy,
  input: RequestTransitionInput,
): RequestStep {
  const isOnline = pageEvent === 'online' || (pageEvent !== 'offline' && state.isOnline)
  const isVisible = pageEvent === 'visible' || (pageEvent !== 'hidden' && state.isVisible)
  const isPageActive = pageEvent === 'pageshow' || (pageEvent !== 'pagehide' && state.isPageActive)
  const next: RequestState = { ...state, isOnline, isVisible, isPageActive }
  // What must not be asked twice is left to the browser, which may let the page go with it.
  if (state.phase === 'fetching' && pageEvent === 'pagehide' && policy.idempotent)
    return [
      { ...next, phase: 'waiting', epoch: state.epoch + 1, waitingFor: 'page' },
      [{ type: 'stop' }, { type: 'abortAttempt' }],
    ]
  if (state.phase !== 'waiting') return [state.phase === 'settled' ? state : next, []]
  const waitingFor = closedGate(next, policy)
  if (waitingFor) return [{ ...next, waitingFor, retryAt: undefined }, [{ type: 'stop' }]]
  const hasGateOpened = state.waitingFor !== 'timer'
  // News of the network or of the page bring a retry forward; all else leaves it when it is due.
  if (!hasGateOpened && !/^(online|visible|pageshow|wake)$/.test(pageEvent)) return [next, []]
  return retrySooner(next, input)
}

/** Brings the next attempt forward, unless it is due sooner or the server asked for more time. */
function retrySooner(state: RequestState, input: RequestTransitionInput): RequestStep {
  // A clock that was set back must not make a second of an hour.
  const earliestAt = Math.max(input.now, Math.min(state.notBefore, input.now + MAX_SERVER_DELAY_MS))
  const retryAt = Math.min(
    state.retryAt ?? Number.POSITIVE_INFINITY,
    earliestAt + input.random * MAX_WAKE_JITTER_MS,
  )
  return [
    { ...state, waitingFor: 'timer', retryAt },
    [{ type: 'start', delayMs: Math.max(0, retryAt - input.now) }],
  ]
}
