import { MAX_SERVER_DELAY_MS, clampDelay } from '../shared/backoff.ts'
import { TautlineError } from '../shared/errors.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import type { Outcome } from '../shared/outcome.ts'
import { BURST_LENGTH, delayAfter } from './poll-delay.ts'
import { MIN_WAKE_GAP_MS, type RetryInput } from './retry.ts'
import { startTimer, stopTimer } from './timer-effects.ts'
import type {
  Handling,
  Paused,
  PollEffect,
  PollEvent,
  PollPolicy,
  PollProgress,
  PollResult,
  PollState,
  PollStep,
  PollTimer,
  Waiting,
} from './poll-state.ts'

/** A request that has taken so long, in ms, is being held: the server accepts it, and has nothing new. */
const HELD_AFTER_MS = 1000

/** A response that comes within this time, in ms, was not held by the server. */
const IMMEDIATE_MS = 100

/** The state before the first poll. */
export const initialPollState: PollState = {
  phase: 'idle',
  epoch: 0,
  requestedAt: 0,
  notBefore: Number.NEGATIVE_INFINITY,
  undecodableCount: 0,
  immediateCount: 0,
}

/** Anything but `stopped`. */
type Live = Exclude<PollState, { readonly phase: 'stopped' }>

/** A step that neither sends nor delivers, and so says nothing of requests and responses. */
type Step = PollStep<never, never>

/**
 * Returns what a polling loop does next: one poll at a time, with a pause after each. Pure: the time and a random number
 * come in with `input`.
 * The diagram in `docs/architecture.md` is drawn from this function.
 */
export function transitionPoll<Sent extends { readonly url: URL }, Received>(
  before: PollState,
  event: PollEvent<Sent, Received>,
  policy: PollPolicy,
  input: RetryInput,
): PollStep<Sent, Received> {
  if (before.phase === 'stopped' || ('epoch' in event && event.epoch !== before.epoch)) return [before, []]
  const { now } = input
  // A clock that was set back must not make an hour of a second.
  const state = {
    ...before,
    requestedAt: Math.min(before.requestedAt, now),
    notBefore: Math.min(before.notBefore, now + MAX_SERVER_DELAY_MS),
  }
  const { phase } = state
  switch (event.type) {
    case 'start':
      if (phase === 'idle') return poll(state, policy, input)
      break
    case 'prepared':
      if (phase === 'preparing') return send(state, event.request, policy)
      break
    case 'opened':
      if (phase === 'opening') return open(state, event.info)
      break
    case 'response':
      if (phase === 'requesting') return respond(state, event, now)
      break
    case 'handled':
      if (phase === 'handling') return handled(state, event.result, policy, input)
      break
    case 'policyChanged':
      if (phase === 'waiting') return schedule(state, policy, input)
      break
    case 'pollNow':
      return pollNow(state, policy, input)
    case 'timeout':
      return timeout(state, event.timer, policy, input)
    case 'ended':
      if (isWithinPoll(state) && event.outcome.kind !== 'complete') return fail(event.outcome)
      break
    case 'stop':
      return [{ phase: 'stopped' }, isWithinPoll(state) ? [stopTimer(), abort] : [stopTimer()]]
  }
  return [state, []]
}

const abort = { type: 'abort' } as const

/** What outlives a phase. */
function progressOf({
  epoch,
  requestedAt,
  notBefore,
  undecodableCount,
  immediateCount,
}: PollProgress): PollProgress {
  return { epoch, requestedAt, notBefore, undecodableCount, immediateCount }
}

/** Whether there may be a poll to abort. */
const isWithinPoll = (state: Live): boolean => state.phase !== 'idle' && !('nextPollAt' in state)

/** Begins the next poll. A function that never settles is given up when a connection would be. */
function poll(state: PollProgress, { connectTimeoutMs }: PollPolicy, { now }: RetryInput): Step {
  const epoch = state.epoch + 1
  return [
    { ...progressOf(state), phase: 'preparing', epoch, requestedAt: now },
    [stopTimer(), startTimer('response', connectTimeoutMs), { type: 'prepare', epoch }],
  ]
}

function send<Sent extends { readonly url: URL }>(
  state: PollProgress,
  request: Sent,
  { interval, connectTimeoutMs, requestTimeoutMs }: PollPolicy,
): PollStep<Sent, never> {
  const { epoch } = state
  const effects: PollEffect<Sent, never>[] = [
    startTimer('response', requestTimeoutMs),
    { type: 'send', epoch, request },
  ]
  if (epoch > 1) return [{ ...state, phase: 'requesting' }, effects]
  // With an interval no server means to hold anything.
  if (interval === undefined)
    effects.unshift(startTimer('held', Math.min(HELD_AFTER_MS, connectTimeoutMs / 2)))
  return [{ ...state, phase: 'opening', url: request.url.href }, effects]
}

/** The server accepts the first request. */
function open(state: PollProgress, info: OpenInfo): Step {
  return [{ ...progressOf(state), phase: 'requesting' }, [stopTimer('held'), { type: 'opened', info }]]
}

/** The response is complete: nothing is waited for until it has been delivered. */
function respond<Received>(
  state: PollProgress,
  { epoch, retryAfterMs, response }: Extract<PollEvent<never, Received>, { type: 'response' }>,
  now: number,
): PollStep<never, Received> {
  const serverDelayMs = clampDelay(retryAfterMs)
  const notBefore =
    serverDelayMs > 0 ? now + Math.min(serverDelayMs, MAX_SERVER_DELAY_MS) : Number.NEGATIVE_INFINITY
  return [
    { ...state, phase: 'handling', notBefore, respondedAt: now, next: 'whenDue' },
    [stopTimer(), { type: 'deliver', epoch, response }],
  ]
}

function handled(state: Handling, result: PollResult, policy: PollPolicy, input: RetryInput): Step {
  const { respondedAt, next, ...progress } = state
  const { requestedAt, undecodableCount, immediateCount } = progress
  const isFast = result === 'messages' && respondedAt - requestedAt < Math.min(policy.minGap, IMMEDIATE_MS)
  const waiting = {
    ...progress,
    phase: 'waiting' as const,
    result,
    random: input.random,
    undecodableCount:
      result === 'undecodable' ? undecodableCount + 1 : result === 'undelivered' ? undecodableCount : 0,
    immediateCount: isFast ? immediateCount + 1 : 0,
  }
  const [scheduled, effects] = schedule(waiting, policy, input)
  const [last, more] = next === 'now' ? pollNow(scheduled, policy, input) : [scheduled, []]
  const isEndless = policy.interval === undefined && waiting.immediateCount > 10 * BURST_LENGTH
  return [last, [...(isEndless ? [{ type: 'warn' } as const] : []), ...effects, ...more]]
}

/** Sets the time of the next poll, by the options and the page as they are now. */
function schedule(state: Omit<Waiting, 'gapMs' | 'nextPollAt'>, policy: PollPolicy, input: RetryInput): Step {
  const gapMs = delayAfter(state, policy)
  const nextPollAt = Math.max(state.requestedAt + gapMs, state.notBefore)
  return nextPollAt > input.now ? pause({ ...state, gapMs, nextPollAt }, input) : poll(state, policy, input)
}

const pause = (state: Paused, { now }: RetryInput): Step => [
  state,
  [startTimer('next', state.nextPollAt - now)],
]

/** Replaces a request that may hang on a dead connection, or shortens a wait. */
function pollNow(state: PollState, policy: PollPolicy, input: RetryInput): Step {
  // The response has arrived: it is delivered to its end.
  if (state.phase === 'handling') return [{ ...state, next: 'now' }, []]
  // A request that has just been sent is as good as a new one.
  if (state.phase === 'requesting' && state.requestedAt + MIN_WAKE_GAP_MS <= input.now) {
    const [next, effects] = poll(state, policy, input)
    return [next, [abort, ...effects]]
  }
  if ('nextPollAt' in state) {
    const gapMs = Math.max(MIN_WAKE_GAP_MS, policy.minHiddenDelayMs)
    const earliest = Math.max(state.requestedAt + gapMs, state.notBefore)
    if (earliest <= input.now) return poll(state, policy, input)
    if (earliest < state.nextPollAt)
      return pause({ ...progressOf(state), phase: 'broughtForward', nextPollAt: earliest }, input)
  }
  // Functions run once at a time, and before the connection is open its own timeout decides.
  return [state, []]
}

function timeout(state: Live, timer: PollTimer, policy: PollPolicy, input: RetryInput): Step {
  if (timer === 'held' && state.phase === 'opening')
    return open(state, { protocol: '', url: state.url, headers: undefined })
  if (timer === 'response' && isWithinPoll(state) && state.phase !== 'handling')
    return fail(tooLate(state.phase === 'preparing', policy))
  if (timer === 'next' && 'nextPollAt' in state)
    // The page may have been hidden meanwhile.
    return state.phase === 'waiting' && policy.minHiddenDelayMs > state.gapMs
      ? schedule(state, policy, input)
      : poll(state, policy, input)
  return [state, []]
}

/** Ends the attempt. */
function fail(outcome: Outcome): Step {
  return [{ phase: 'stopped' }, [stopTimer(), abort, { type: 'ended', outcome }]]
}

function tooLate(isPreparing: boolean, { connectTimeoutMs, requestTimeoutMs }: PollPolicy): Outcome {
  const timeout = isPreparing ? connectTimeoutMs : requestTimeoutMs
  const text = isPreparing
    ? `A function that is asked before each request gave nothing within ${timeout} ms`
    : `No answer within ${timeout} ms: timeout.request has to be longer than the server holds a request`
  const error = new TautlineError('timeout', text, { phase: isPreparing ? 'connect' : 'request', timeout })
  return { kind: 'retryable', error }
}
