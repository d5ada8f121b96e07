import { HINT_CAP, bounded, wait } from '../shared/backoff.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import { beat, lookAt, quiet } from './liveness.ts'
import {
  REPLACED,
  away,
  discard,
  down,
  emit,
  initialState,
  isUp,
  leave,
  lose,
  shut,
  start,
  stop,
  unseen,
} from './connection-effects.ts'
import type { Closed, Effect, Event, Policy, Stamp, State, TimerName } from './connection-state.ts'
import type { Signal } from '../platform/environment.ts'
import type { Outcome } from '../shared/outcome.ts'

export { initialState }

/** The next state, and what to do, in this order. The same state object means that nothing changed. */
export type Step = readonly [state: State, effects: readonly Effect[]]

/** A page event brings the next attempt forward, but never closer than this to the last one, in ms. */
const MIN_GAP = 1000

/** What keeps the tabs of one browser from dialling in the same instant when the network is back, in ms. */
const WAKE_JITTER = 250

/**
 * THE machine: what a connection does next. Pure: the clock and the randomness come in with `stamp`.
 * The table is in `docs/architecture.md`, drawn from this function.
 */
export function transition(state: State, event: Event, policy: Policy, stamp: Stamp): Step {
  if ('epoch' in event && event.epoch !== state.epoch) return [state, []]
  switch (event.type) {
    case 'retain':
      return state.status === 'idle' ? fresh(state, policy, stamp) : [state, [stop('linger')]]
    case 'open':
      return state.status === 'idle' || state.status === 'closed' ? fresh(state, policy, stamp) : [state, []]
    case 'reconnect':
      return fresh(state, policy, stamp, [...leave(state, REPLACED), stop('linger')])
    case 'retarget':
      if (state.status === 'idle') return [state, [discard('destination')]]
      return fresh(state, policy, stamp, [...leave(state, REPLACED), discard('destination')])
    case 'release':
      return policy.linger > 0 && isUp(state) && !event.now
        ? [state, [start('linger', policy.linger)]]
        : rest(state)
    case 'close':
      return close(state, event)
    case 'opened':
      return state.status === 'connecting' ? opened(state, policy, stamp) : [state, []]
    case 'useful':
      return [proved(state), []]
    case 'hint':
      // Some servers say it with every event.
      return [event.wait === state.hint ? state : { ...state, hint: bounded(event.wait) }, []]
    case 'reply':
      return reply(state, policy, stamp)
    case 'configured':
      return configured(state, policy, stamp)
    case 'check':
      return heartbeat(state, policy, stamp, false)
    case 'ended':
      return state.status === 'connecting' || state.status === 'open'
        ? ended(state, event.outcome, policy, stamp)
        : [state, []]
    case 'timeout':
      return timeout(state, event.timer, policy, stamp)
    case 'signal':
      return signalled(state, event.signal, policy, stamp)
  }
}

/** Forgets past failures and dials. */
function fresh(state: State, policy: Policy, stamp: Stamp, before: Effect[] = [stop('linger')]): Step {
  const clean = { attempt: 0, error: undefined, closed: undefined, renewed: false, notBefore: 0, hint: 0 }
  return dial({ ...state, ...clean }, policy, stamp, before)
}

function dial(state: State, policy: Policy, stamp: Stamp, before: Effect[] = []): Step {
  const gate = shut(state, policy)
  const next = { ...away(state), waitingFor: gate }
  if (gate) return [{ ...next, status: 'backoff' }, before]
  return [
    { ...next, status: 'connecting', dialedAt: stamp.now },
    [...before, { type: 'dial' }, start('connect', policy.connectTimeout)],
  ]
}

function opened(state: State, policy: Policy, stamp: Stamp): Step {
  const live = policy.heartbeat && quiet(policy.heartbeat, stamp.now)
  const effects: Effect[] = [stop()]
  if (policy.stableAfter < Number.POSITIVE_INFINITY) effects.push(start('stable', policy.stableAfter))
  if (live) effects.push(start('heartbeat', live.due - stamp.now))
  // What waited goes out before the listeners of `open` can send anything.
  effects.push({ type: 'flush' }, emit({ type: 'open' }))
  return [{ ...state, status: 'open', error: undefined, live, latency: undefined }, effects]
}

/** Past failures count no more, and new credentials may be asked for again. */
function proved(state: State): State {
  const known = state.status !== 'open' || (state.attempt === 0 && !state.renewed)
  return known ? state : { ...state, attempt: 0, renewed: false }
}

/** What an outcome means: the table of `docs/architecture.md`, and the user's `retry.when` above it. */
function ended(state: State, outcome: Outcome, policy: Policy, stamp: Stamp): Step {
  const { kind, error } = outcome
  if (kind === 'complete') return finish(state, { by: 'complete', error })
  const renew = kind === 'unauthorized' && policy.renewable && !state.renewed
  // What must not be asked twice: it has answered, or may be at work on an answer.
  const spent = policy.once && (state.status === 'open' || (stamp.sent && isTautlineError(error, 'timeout')))
  const again = renew || (kind === 'lost' && !spent)
  const retryable = policy.when?.(error, again) ?? again
  if (!retryable) return finish(state, { by: kind === 'lost' ? 'server' : 'fatal', error })
  // Credentials age while a page is open: the provider is asked once more, without a wait.
  if (renew) return dial({ ...state, renewed: true, error }, policy, stamp, lose(state, error))
  return retry(state, error, outcome.retryAfter ?? 0, policy, stamp)
}

function retry(
  state: State,
  error: Error | undefined,
  retryAfter: number,
  policy: Policy,
  stamp: Stamp,
): Step {
  if (state.attempt >= policy.limit) return finish(state, { by: 'exhausted', error })
  const attempt = state.attempt + 1
  const hint = Math.max(state.hint, bounded(retryAfter))
  const unseen = state.visible ? 0 : bounded(policy.unseenWait ?? 0)
  const own = wait(policy.delay, attempt, stamp.random, hint)
  const delay = Math.max(unseen, own)
  const retryAt = stamp.now + delay
  const waitingFor = shut(state, policy)
  const next: State = {
    ...away(state),
    status: 'backoff',
    attempt,
    error,
    // The server's wish alone: a page that is seen again waits no longer than that.
    notBefore: hint > 0 ? stamp.now + own : 0,
    waitingFor: waitingFor ?? 'timer',
    retryAt: waitingFor ? undefined : retryAt,
  }
  const effects = lose(state, error)
  if (!waitingFor) effects.push(start('retry', delay))
  return [next, [...effects, emit({ type: 'retry', attempt, retryAt, error })]]
}

/** Closes for good. */
function finish(state: State, closed: Closed): Step {
  const { error } = closed
  const effects = [...lose(state, error), discard('closed')]
  if (closed.by === 'exhausted') effects.push(emit({ type: 'giveup', attempts: state.attempt, error }))
  return [{ ...down(state, 'closed'), attempt: state.attempt, closed, error }, effects]
}

function close(
  state: State,
  { code = 1000, reason = '', closed = { by: 'user' } }: Extract<Event, { type: 'close' }>,
): Step {
  if (state.status === 'closed') return [state, [stop('linger')]]
  const effects = [
    ...leave(state, { closeCode: code, reason, wasClean: true }),
    stop('linger'),
    discard('closed'),
  ]
  return [{ ...down(state, 'closed'), closed }, effects]
}

/** Nobody is left to be open for. */
function rest(state: State): Step {
  return [
    down(state, 'idle'),
    [...leave(state, REPLACED), stop('linger'), discard('closed'), { type: 'released' }],
  ]
}

function timeout(state: State, timer: TimerName, policy: Policy, stamp: Stamp): Step {
  switch (timer) {
    case 'connect': {
      if (state.status !== 'connecting') return [state, []]
      const limit = policy.connectTimeout
      const error = new TautlineError('timeout', `No connection within ${limit} ms`, {
        phase: 'connect',
        timeout: limit,
      })
      return ended(state, { kind: 'lost', error }, policy, stamp)
    }
    case 'retry':
      return state.status === 'backoff' ? dial(state, policy, stamp) : [state, []]
    case 'stable':
      return [proved(state), []]
    case 'heartbeat':
      return heartbeat(state, policy, stamp, false)
    case 'drain':
      return [state, state.status === 'open' ? [{ type: 'flush' }] : []]
    case 'linger':
      return rest(state)
  }
}

function signalled(state: State, signal: Signal, policy: Policy, stamp: Stamp): Step {
  const online = signal === 'online' || (signal !== 'offline' && state.online)
  const visible = signal === 'visible' || (signal !== 'hidden' && state.visible)
  const page = signal === 'resume' || (signal !== 'freeze' && state.page)
  const moved = online !== state.online || visible !== state.visible || page !== state.page
  const next: State = moved ? { ...state, online, visible, page } : state
  const waitingFor = shut(next, policy)
  if (state.status === 'backoff') {
    if (waitingFor) return [{ ...next, waitingFor, retryAt: undefined }, [stop()]]
    return signal === 'offline' || signal === 'hidden' ? [next, []] : soon(next, stamp)
  }
  if (!isUp(state)) return [state, []]
  // Offline alone proves nothing about a line that is up: it is probed. A cached or hidden page gives its line back.
  if (unseen(next, policy)) return aside(next, policy, stamp)
  if (signal === 'hidden') return [next, []]
  if (state.status === 'open' && !state.live) return [next, [{ type: 'probe' }]]
  return heartbeat(next, policy, stamp, true)
}

/** The policy is another one: what it says of gates and of the heartbeat holds from now on. */
function configured(state: State, policy: Policy, stamp: Stamp): Step {
  const waitingFor = shut(state, policy)
  if (state.status === 'backoff') {
    if (waitingFor === state.waitingFor) return [state, []]
    if (waitingFor) return [{ ...state, waitingFor, retryAt: undefined }, [stop()]]
    return state.waitingFor === 'timer' ? [state, []] : soon(state, stamp)
  }
  if (isUp(state) && unseen(state, policy)) return aside(state, policy, stamp)
  if (state.status !== 'open') return [state, []]
  if (!policy.heartbeat) return [{ ...state, live: undefined, latency: undefined }, [stop('heartbeat')]]
  const live = quiet(policy.heartbeat, stamp.now)
  return [{ ...state, live }, [start('heartbeat', live.due - stamp.now)]]
}

/** Gives a line that is up back, for as long as nobody looks. */
function aside(state: State, policy: Policy, stamp: Stamp): Step {
  if (policy.once && stamp.sent) {
    const text = 'The page was put aside while the request was under way, which is not repeated by itself'
    return finish(state, { by: 'fatal', error: new TautlineError('interrupted', text, { by: 'page' }) })
  }
  return [{ ...away(state), status: 'backoff', waitingFor: shut(state, policy) }, leave(state, REPLACED)]
}

/** Brings the next attempt forward, unless it is due sooner or the server asked for more time. */
function soon(state: State, stamp: Stamp): Step {
  // A clock that was set back must not make a second of an hour.
  const earliest = Math.max(
    Math.min(stamp.now, state.dialedAt) + MIN_GAP,
    stamp.now,
    Math.min(state.notBefore, stamp.now + HINT_CAP),
  )
  const retryAt = Math.min(state.retryAt ?? Number.POSITIVE_INFINITY, earliest + stamp.random * WAKE_JITTER)
  return [{ ...state, waitingFor: 'timer', retryAt }, [start('retry', retryAt - stamp.now)]]
}

function heartbeat(state: State, policy: Policy, stamp: Stamp, probe: boolean): Step {
  if (state.status !== 'open' || !state.live || !policy.heartbeat) return [state, []]
  const { next, act } = beat(state.live, policy.heartbeat, stamp.now, stamp.heard, probe)
  if (act === 'lost') {
    const limit = policy.heartbeat.timeout
    const error = new TautlineError('timeout', `No sign of life within ${limit} ms`, {
      phase: policy.heartbeat.interval === undefined ? 'silence' : 'reply',
      timeout: limit,
    })
    return ended(state, { kind: 'lost', error }, policy, stamp)
  }
  const timer = start('heartbeat', lookAt(next, policy.heartbeat, stamp.now) - stamp.now)
  return [
    next === state.live ? state : { ...state, live: next },
    act === 'ping' ? [timer, { type: 'ping' }] : [timer],
  ]
}

/** A reply to a ping: the one thing that latency can be read from. */
function reply(state: State, policy: Policy, stamp: Stamp): Step {
  if (state.live?.phase !== 'awaiting' || !policy.heartbeat) return [state, []]
  const live = quiet(policy.heartbeat, state.live.pingedAt)
  const latency = stamp.now - state.live.pingedAt
  return [{ ...state, live, latency }, [start('heartbeat', live.due - stamp.now)]]
}
