import type { CloseDetail, DropReason, TautlineError } from '../shared/errors.ts'
import type { Effect, EmittedEvent, Policy, State, Status } from './connection-state.ts'
import { initialPageState } from './gates.ts'
import { stopTimer } from './timer-effects.ts'

/** The state before anything has happened. The network is believed to be there until an `offline` event says otherwise. */
export const initialState: State = Object.freeze<State>({
  status: 'idle',
  epoch: 0,
  attempt: 0,
  ...initialPageState,
  error: undefined,
  closed: undefined,
  waitingFor: undefined,
  retryAt: undefined,
  notBefore: 0,
  serverDelayMs: 0,
  lastConnectAt: Number.NEGATIVE_INFINITY,
  hasRenewedCredentials: false,
  liveness: undefined,
  latency: undefined,
})

/** How a line is closed that nobody has a complaint about. */
export const NORMAL_CLOSURE: CloseDetail = { closeCode: 1000, reason: '', wasClean: true }

/** Everything that the status has running is stopped, and its resource is given up at once: nobody waits for its last word. */
export function releaseEffects({ status }: State, closeDetail: CloseDetail, error?: TautlineError): Effect[] {
  const effects: Effect[] = [stopTimer()]
  if (status === 'connecting' || status === 'open') {
    // Of a line that is lost there is nothing to say to the other side.
    effects.push(
      error
        ? { type: 'closeTransport' }
        : { type: 'closeTransport', code: closeDetail.closeCode, reason: closeDetail.reason },
    )
  }
  if (status === 'open') effects.push(emit({ type: 'close', ...closeDetail, error }))
  return effects
}

/** The same for what has ended by itself; says why. */
export function failureEffects(state: State, error: TautlineError | undefined): Effect[] {
  const effects = releaseEffects(state, toCloseDetail(error), error)
  return error ? [...effects, emit({ type: 'error', error })] : effects
}

/** Nothing is left but the name of the last resource, and when it was dialled: nobody looks at the page any more either. */
export function resetState(state: State, status: Status): State {
  return { ...initialState, status, epoch: state.epoch + 1, lastConnectAt: state.lastConnectAt }
}

/** The fields of a state without a resource. The new epoch makes the old one inert. */
export function withoutTransport(state: State): State {
  return {
    ...state,
    epoch: state.epoch + 1,
    waitingFor: undefined,
    retryAt: undefined,
    liveness: undefined,
    latency: undefined,
  }
}

/** A page in the bfcache, or one that is hidden where that counts. */
export function mustSuspend({ isPageActive, isVisible }: State, { pauseHidden }: Policy): boolean {
  return !isPageActive || (pauseHidden && !isVisible)
}

export function isActive({ status }: State): boolean {
  return status !== 'idle' && status !== 'closed'
}

/** How the line ended, as a `CloseEvent` would say it; 1006 where it never said so itself (RFC 6455, section 7.1.5). */
function toCloseDetail(error: TautlineError | undefined): CloseDetail {
  if (!error || !('wasClean' in error))
    return { closeCode: error ? 1006 : 1000, reason: '', wasClean: !error }
  // The fields of an error are not enumerable, and the caller spreads them.
  const { closeCode, reason, wasClean } = error
  return { closeCode, reason, wasClean }
}

export const dropQueued = (why: DropReason): Effect => ({ type: 'dropQueued', why })
export const emit = (event: EmittedEvent): Effect => ({ type: 'emit', event })

/** Past failures count no more, and new credentials may be asked for again. */
export function resetFailures(state: State): State {
  const isUnchanged = state.status !== 'open' || (state.attempt === 0 && !state.hasRenewedCredentials)
  return isUnchanged ? state : { ...state, attempt: 0, hasRenewedCredentials: false }
}
