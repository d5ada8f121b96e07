import { MAX_SERVER_DELAY_MS, clampDelay } from '../shared/backoff.ts'
import { TautlineError } from '../shared/errors.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import type { Outcome } from '../shared/outcome.ts'
import { delayAfter } from './poll-delay.ts'
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

/** A request without a response after this time, in ms, is held: the server has accepted it but has no message yet. */
const HELD_AFTER_MS = 1000

/** A request with a response within this time, in ms, was not held. */
const IMMEDIATE_MS = 100

/** The state before the first poll. */
export const initialPollState: PollState = {
  phase: 'idle',
  pollCount: 0,
  requestedAt: 0,
  notBefore: Number.NEGATIVE_INFINITY,
  undecodableCount: 0,
  immediateCount: 0,
}

/** Any state but `stopped`. */
type Live = Exclude<PollState, { readonly phase: 'stopped' }>

/** A step that neither sends a request nor delivers a response, and so needs no types for them. */
type Step = PollStep<never, never>

/**
 * The transition function of a polling loop: one poll at a time, with a pause after each. It is pure: the time and a
 * random number are in `input`. The diagram in `docs/architecture.md` is drawn from it.
 *
 * The interpreter drops events of aborted polls.
 */
export function transitionPoll<Sent extends { readonly url: URL }, Received>(
  before: PollState,
  event: PollEvent<Sent, Received>,
  policy: PollPolicy,
  input: RetryInput,
): PollStep<Sent, Received> {
  if (before.phase === 'stopped') return [before, []]
  const { now } = input
  // If the clock was set back, a wait of seconds must not become one of hours.
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
      if (phase === 'opening') return markOpen(state, event.info)
      break
    case 'activity':
      // Some servers send a line feed now and then while they hold a request.
      if (phase === 'requesting') return [state, [startTimer('response', policy.requestTimeoutMs)]]
      break
    case 'response':
      if (phase === 'requesting') return deliver(state, event, now)
      break
    case 'handled':
      if (phase === 'handling') return afterDelivery(state, event.result, policy, input)
      break
    case 'policyChanged':
      if (phase === 'waiting') return schedule(state, policy, input)
      break
    case 'pollNow':
      return pollNow(state, policy, input)
    case 'timeout':
      return handleTimeout(state, event.timer, policy, input)
    case 'ended':
      if (event.outcome.kind !== 'complete') return endAttempt(event.outcome)
      break
    case 'stop':
      return [{ phase: 'stopped' }, [stopTimer(), abortPoll]]
  }
  return [state, []]
}

const abortPoll = { type: 'abort' } as const

/** Starts the next poll. `timeout.connect` also limits the option functions. */
function poll(state: PollProgress, { connectTimeoutMs }: PollPolicy, { now }: RetryInput): Step {
  return [
    { ...state, phase: 'preparing', pollCount: state.pollCount + 1, requestedAt: now },
    [stopTimer(), startTimer('response', connectTimeoutMs), { type: 'prepare' }],
  ]
}

function send<Sent extends { readonly url: URL }>(
  state: PollProgress,
  request: Sent,
  { interval, connectTimeoutMs, requestTimeoutMs }: PollPolicy,
): PollStep<Sent, never> {
  const effects: PollEffect<Sent, never>[] = [
    startTimer('response', requestTimeoutMs),
    { type: 'send', request },
  ]
  if (state.pollCount > 1) return [{ ...state, phase: 'requesting' }, effects]
  // With an interval, the server is not expected to hold requests.
  if (interval === undefined)
    effects.unshift(startTimer('held', Math.min(HELD_AFTER_MS, connectTimeoutMs / 2)))
  return [{ ...state, phase: 'opening', url: request.url.href }, effects]
}

/** The server has accepted the first request. */
function markOpen(state: PollProgress, info: OpenInfo): Step {
  return [{ ...state, phase: 'requesting' }, [stopTimer('held'), { type: 'opened', info }]]
}

/** Delivers a complete response. No timer runs meanwhile. */
function deliver<Received>(
  state: PollProgress,
  { retryAfterMs, response }: Extract<PollEvent<never, Received>, { type: 'response' }>,
  now: number,
): PollStep<never, Received> {
  const serverDelayMs = clampDelay(retryAfterMs)
  const notBefore =
    serverDelayMs > 0 ? now + Math.min(serverDelayMs, MAX_SERVER_DELAY_MS) : Number.NEGATIVE_INFINITY
  return [
    { ...state, phase: 'handling', notBefore, respondedAt: now, isPollRequested: false },
    [stopTimer(), { type: 'deliver', response }],
  ]
}

function afterDelivery(state: Handling, result: PollResult, policy: PollPolicy, input: RetryInput): Step {
  const { requestedAt, respondedAt, undecodableCount, immediateCount } = state
  const isFast = result === 'messages' && respondedAt - requestedAt < Math.min(policy.minGap, IMMEDIATE_MS)
  const waiting = {
    ...state,
    phase: 'waiting' as const,
    result,
    random: input.random,
    undecodableCount:
      result === 'undecodable' ? undecodableCount + 1 : result === 'undelivered' ? undecodableCount : 0,
    immediateCount: isFast ? immediateCount + 1 : 0,
  }
  const [scheduled, effects] = schedule(waiting, policy, input)
  const [last, more] = state.isPollRequested ? pollNow(scheduled, policy, input) : [scheduled, []]
  return [last, [...effects, ...more]]
}

/** Schedules the next poll, with the current options and the current state of the page. */
function schedule(state: Omit<Waiting, 'gapMs' | 'nextPollAt'>, policy: PollPolicy, input: RetryInput): Step {
  const gapMs = delayAfter(state, policy)
  const nextPollAt = earliestPoll(state, gapMs)
  return nextPollAt > input.now ? pause({ ...state, gapMs, nextPollAt }, input) : poll(state, policy, input)
}

const earliestPoll = ({ requestedAt, notBefore }: PollProgress, gapMs: number): number =>
  Math.max(requestedAt + gapMs, notBefore)

const isPaused = (state: PollState): state is Paused =>
  state.phase === 'waiting' || state.phase === 'broughtForward'

const pause = (state: Paused, { now }: RetryInput): Step => [
  state,
  [startTimer('next', state.nextPollAt - now)],
]

/** Replaces a request that may hang on a dead connection, or polls earlier than planned. */
function pollNow(state: PollState, policy: PollPolicy, input: RetryInput): Step {
  // The response is first delivered completely.
  if (state.phase === 'handling') return [{ ...state, isPollRequested: true }, []]
  // A request that was sent a moment ago is not replaced.
  if (state.phase === 'requesting' && state.requestedAt + MIN_WAKE_GAP_MS <= input.now) {
    const [next, effects] = poll(state, policy, input)
    return [next, [abortPoll, ...effects]]
  }
  if (isPaused(state)) {
    const earliest = earliestPoll(state, Math.max(MIN_WAKE_GAP_MS, policy.minHiddenDelayMs))
    if (earliest <= input.now) return poll(state, policy, input)
    if (earliest < state.nextPollAt)
      return pause({ ...state, phase: 'broughtForward', nextPollAt: earliest }, input)
  }
  // Option functions that run are not called again. While the connection opens, its own timeout applies.
  return [state, []]
}

function handleTimeout(state: Live, timer: PollTimer, policy: PollPolicy, input: RetryInput): Step {
  if (timer === 'held' && state.phase === 'opening')
    return markOpen(state, { protocol: '', url: state.url, headers: undefined })
  if (timer === 'response') return endAttempt(timeoutOutcome(state.phase === 'preparing', policy))
  if (timer === 'next' && isPaused(state))
    // The page may have been hidden in the meantime.
    return state.phase === 'waiting' && policy.minHiddenDelayMs > state.gapMs
      ? schedule(state, policy, input)
      : poll(state, policy, input)
  return [state, []]
}

/** Ends the attempt. */
function endAttempt(outcome: Outcome): Step {
  return [{ phase: 'stopped' }, [stopTimer(), abortPoll, { type: 'ended', outcome }]]
}

function timeoutOutcome(isPreparing: boolean, { connectTimeoutMs, requestTimeoutMs }: PollPolicy): Outcome {
  const timeout = isPreparing ? connectTimeoutMs : requestTimeoutMs
  const text = isPreparing
    ? `An option function returned nothing within ${timeout} ms: make it faster, or raise timeout.connect`
    : `No response within ${timeout} ms. Set timeout.request to more than the server holds a request`
  const error = new TautlineError('timeout', text, { phase: isPreparing ? 'connect' : 'request', timeout })
  return { kind: 'retryable', error }
}
