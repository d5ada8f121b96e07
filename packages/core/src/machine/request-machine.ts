import { HINT_CAP, type Delay, bounded, wait } from '../shared/backoff.ts'
import type { WaitingFor } from './connection-state.ts'
import type { Signal } from '../platform/environment.ts'
import type { Outcome } from '../shared/outcome.ts'

/** What the machine is told to do; it may differ from one transition to the next. Times in ms. */
export interface FetchPolicy {
  /** So many retries in a row. */
  readonly limit: number
  readonly delay: Delay
  /** The user's word on whether an error is worth a retry, given what the table says. */
  readonly when: ((error: Error | undefined, retryable: boolean) => boolean) | undefined
  /** Doing it twice is doing it once, so that it may be tried again (RFC 9110, section 9.2.2). */
  readonly idempotent: boolean
  /** Can the credentials be asked for again? */
  readonly renewable: boolean
  readonly pauseOffline: boolean
  readonly pauseHidden: boolean
}

/** One request with its retries, from when it is wanted until its end. */
export interface FetchState {
  /** `waiting`: for the next attempt; `over` has no way back. */
  readonly phase: 'idle' | 'asking' | 'waiting' | 'over'
  /** Names the one live attempt: what carries an older one is inert. */
  readonly epoch: number
  /** Retries so far. */
  readonly attempt: number
  /** The credentials have been asked for again. */
  readonly renewed: boolean
  readonly online: boolean
  readonly visible: boolean
  readonly page: boolean
  readonly waitingFor: WaitingFor | undefined
  /** When the next attempt is due, by the wall clock. */
  readonly retryAt: number | undefined
  /** A server's wish: no attempt before this time. */
  readonly notBefore: number
  /** Why the last attempt failed. */
  readonly error: Error | undefined
}

export type FetchEvent =
  | { readonly type: 'ask' | 'due' | 'abort' }
  | { readonly type: 'ended'; readonly epoch: number; readonly outcome: Outcome }
  | { readonly type: 'signal'; readonly signal: Signal }

export type FetchEffect =
  | { readonly type: 'dial' | 'abandon' | 'stop' }
  | { readonly type: 'start'; readonly wait: number }
  | {
      readonly type: 'retry'
      readonly attempt: number
      readonly retryAt: number
      readonly error: Error | undefined
    }
  | { readonly type: 'giveup'; readonly attempts: number; readonly error: Error | undefined }
  /** It has come to its end; without an error it was answered. */
  | { readonly type: 'settle'; readonly error: Error | undefined }

/** The clock and the chance of one transition. */
export interface FetchStamp {
  readonly now: number
  /** In [0, 1). */
  readonly random: number
}

export type FetchStep = readonly [state: FetchState, effects: readonly FetchEffect[]]

/** What keeps the tabs of one browser from asking in the same instant when the network is back, in ms. */
const WAKE_JITTER = 250

export const unasked: FetchState = {
  phase: 'idle',
  epoch: 0,
  attempt: 0,
  renewed: false,
  online: true,
  visible: true,
  page: true,
  waitingFor: undefined,
  retryAt: undefined,
  notBefore: 0,
  error: undefined,
}

/** The life of one request. Pure, as the machine of connections is, and on the same backoff, gates and epochs. */
export function advance(
  state: FetchState,
  event: FetchEvent,
  policy: FetchPolicy,
  stamp: FetchStamp,
): FetchStep {
  switch (event.type) {
    case 'ask':
      return state.phase === 'idle' ? go(state, policy) : [state, []]
    case 'due':
      return state.phase === 'waiting' && state.waitingFor === 'timer' ? go(state, policy) : [state, []]
    case 'ended':
      return state.phase === 'asking' && event.epoch === state.epoch
        ? ended(state, event.outcome, policy, stamp)
        : [state, []]
    case 'signal':
      return signalled(state, event.signal, policy, stamp)
    case 'abort':
      return state.phase === 'over'
        ? [state, []]
        : [over(state, undefined), [{ type: 'stop' }, { type: 'abandon' }]]
  }
}

/** Asks now, or as soon as what is shut has opened. */
function go(state: FetchState, policy: FetchPolicy): FetchStep {
  const waitingFor = shut(state, policy)
  if (waitingFor) return [{ ...state, phase: 'waiting', waitingFor, retryAt: undefined }, []]
  const next: FetchState = {
    ...state,
    phase: 'asking',
    epoch: state.epoch + 1,
    waitingFor: undefined,
    retryAt: undefined,
  }
  return [next, [{ type: 'dial' }]]
}

function over(state: FetchState, error: Error | undefined): FetchState {
  return { ...state, phase: 'over', epoch: state.epoch + 1, waitingFor: undefined, retryAt: undefined, error }
}

function ended(state: FetchState, outcome: Outcome, policy: FetchPolicy, stamp: FetchStamp): FetchStep {
  const { kind, error } = outcome
  if (kind === 'complete')
    return [over(state, undefined), [{ type: 'stop' }, { type: 'settle', error: undefined }]]
  const failed: FetchEffect[] = [{ type: 'stop' }, { type: 'abandon' }]
  // Credentials are asked for once more, without a wait; the server has done nothing, whatever the method.
  if (kind === 'unauthorized' && policy.renewable && !state.renewed) {
    const [next, effects] = go({ ...state, renewed: true, error }, policy)
    return [next, [...failed, ...effects]]
  }
  const retryable = kind === 'lost' && policy.idempotent
  if (!(policy.when?.(error, retryable) ?? retryable))
    return [over(state, error), [...failed, { type: 'settle', error }]]
  if (state.attempt >= policy.limit) {
    const giveup: FetchEffect = { type: 'giveup', attempts: state.attempt, error }
    return [over(state, error), [...failed, giveup, { type: 'settle', error }]]
  }
  return retry(state, outcome, failed, policy, stamp)
}

function retry(
  state: FetchState,
  { error, retryAfter = 0 }: Outcome,
  effects: FetchEffect[],
  policy: FetchPolicy,
  stamp: FetchStamp,
): FetchStep {
  const attempt = state.attempt + 1
  const hint = bounded(retryAfter)
  const delay = wait(policy.delay, attempt, stamp.random, hint)
  const retryAt = stamp.now + delay
  const waitingFor = shut(state, policy)
  const next: FetchState = {
    ...state,
    phase: 'waiting',
    epoch: state.epoch + 1,
    attempt,
    error,
    notBefore: hint > 0 ? retryAt : 0,
    waitingFor: waitingFor ?? 'timer',
    retryAt: waitingFor ? undefined : retryAt,
  }
  if (!waitingFor) effects.push({ type: 'start', wait: delay })
  return [next, [...effects, { type: 'retry', attempt, retryAt, error }]]
}

/** What an attempt has to wait for. */
function shut(state: FetchState, policy: FetchPolicy): WaitingFor | undefined {
  if (!state.page) return 'page'
  if (policy.pauseOffline && !state.online) return 'online'
  return policy.pauseHidden && !state.visible ? 'visible' : undefined
}

function signalled(state: FetchState, signal: Signal, policy: FetchPolicy, stamp: FetchStamp): FetchStep {
  const online = signal === 'online' || (signal !== 'offline' && state.online)
  const visible = signal === 'visible' || (signal !== 'hidden' && state.visible)
  const page = signal === 'resume' || (signal !== 'freeze' && state.page)
  const next: FetchState = { ...state, online, visible, page }
  // What must not be asked twice is left to the browser, which may let the page go with it.
  if (state.phase === 'asking' && signal === 'freeze' && policy.idempotent)
    return [
      { ...next, phase: 'waiting', epoch: state.epoch + 1, waitingFor: 'page' },
      [{ type: 'stop' }, { type: 'abandon' }],
    ]
  if (state.phase !== 'waiting') return [state.phase === 'over' ? state : next, []]
  const waitingFor = shut(next, policy)
  if (waitingFor) return [{ ...next, waitingFor, retryAt: undefined }, [{ type: 'stop' }]]
  const opened = state.waitingFor !== 'timer'
  // News of the network or of the page bring a retry forward; all else leaves it when it is due.
  if (!opened && !/^(online|visible|resume|wake)$/.test(signal)) return [next, []]
  return soon(next, stamp)
}

/** Brings the next attempt forward, unless it is due sooner or the server asked for more time. */
function soon(state: FetchState, stamp: FetchStamp): FetchStep {
  // A clock that was set back must not make a second of an hour.
  const earliest = Math.max(stamp.now, Math.min(state.notBefore, stamp.now + HINT_CAP))
  const retryAt = Math.min(state.retryAt ?? Number.POSITIVE_INFINITY, earliest + stamp.random * WAKE_JITTER)
  return [
    { ...state, waitingFor: 'timer', retryAt },
    [{ type: 'start', wait: Math.max(0, retryAt - stamp.now) }],
  ]
}
