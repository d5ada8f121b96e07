import type { CloseDetail, DropReason, TautlineError } from '../shared/errors.ts'
import type { Effect, EmittedEvent, Policy, State, Status } from './connection-state.ts'
import { initialPageState } from './gates.ts'
import { stopTimer } from './timer-effects.ts'

/** The state before any event. The network counts as online until an `offline` event. */
export const initialState: State = Object.freeze<State>({
  status: 'idle',
  epoch: 0,
  attempt: 0,
  ...initialPageState,
  error: undefined,
  closed: undefined,
  waitingFor: undefined,
  retryAt: undefined,
  serverDelayMs: undefined,
  notBefore: 0,
  lastConnectAt: Number.NEGATIVE_INFINITY,
  hasRenewedCredentials: false,
  renewalGapsEndAt: 0,
  liveness: undefined,
  isSuspect: false,
  latency: undefined,
  isTentative: false,
  hasNewUrl: false,
})

/** How a connection without an error is closed. */
export const NORMAL_CLOSURE: CloseDetail = { closeCode: 1000, reason: '', wasClean: true }

/** Returns the effects that stop the timers and close the transport at once, without waiting for the server's reply. */
export function releaseEffects({ status }: State, closeDetail: CloseDetail, error?: TautlineError): Effect[] {
  const effects: Effect[] = [stopTimer()]
  if (status === 'connecting' || status === 'open') {
    // A connection that failed is closed without a close code.
    effects.push(
      error
        ? { type: 'closeTransport' }
        : { type: 'closeTransport', code: closeDetail.closeCode, reason: closeDetail.reason },
    )
  }
  if (status === 'open') effects.push(emit({ type: 'close', ...closeDetail, error }))
  return effects
}

/** Returns `releaseEffects` for a connection that failed, and emits its error. */
export function failureEffects(state: State, error: TautlineError | undefined): Effect[] {
  const effects = releaseEffects(state, toCloseDetail(error), error)
  return error ? [...effects, emit({ type: 'error', error })] : effects
}

/** Returns the initial state with this status. Only the epoch and the times of past attempts and renewals continue. */
export function resetState({ epoch, lastConnectAt, renewalGapsEndAt }: State, status: Status): State {
  return { ...initialState, status, epoch: epoch + 1, lastConnectAt, renewalGapsEndAt }
}

/** Returns the state without a transport. With the new epoch, events of the old transport have no effect. */
export function withoutTransport(state: State): State {
  return {
    ...state,
    epoch: state.epoch + 1,
    waitingFor: undefined,
    retryAt: undefined,
    liveness: undefined,
    isSuspect: false,
    latency: undefined,
  }
}

/** Tests whether the page must have no connection: it is in the back/forward cache, or hidden with `pause.hidden`. */
export function mustSuspend({ isPageActive, isVisible }: State, { pauseHidden }: Policy): boolean {
  return !isPageActive || (pauseHidden && !isVisible)
}

export function isActive({ status }: State): boolean {
  return status !== 'idle' && status !== 'closed'
}

/** Returns the fields of a `CloseEvent`. The code is 1006 if the server sent none (RFC 6455, section 7.1.5). */
function toCloseDetail(error: TautlineError | undefined): CloseDetail {
  if (!error || !('wasClean' in error))
    return { closeCode: error ? 1006 : 1000, reason: '', wasClean: !error }
  // The fields of an error are not enumerable, and the caller spreads them.
  const { closeCode, reason, wasClean } = error
  return { closeCode, reason, wasClean }
}

export const dropQueued = (why: DropReason): Effect => ({ type: 'dropQueued', why })
export const emit = (event: EmittedEvent): Effect => ({ type: 'emit', event })

/** Forgets past failures, so that new credentials may be requested again. */
export function resetFailures(state: State): State {
  const isUnchanged = state.status !== 'open' || (state.attempt === 0 && !state.hasRenewedCredentials)
  return isUnchanged ? state : { ...state, attempt: 0, hasRenewedCredentials: false }
}
