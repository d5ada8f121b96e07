import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import { explainOutcome } from '../http/cors.ts'
import { parseRetryAfter } from '../http/http-date.ts'
import { type ResolvedRequest, resolveRequestOptions } from '../http/resolve-request.ts'
import { assignPageTokenOwner } from '../http/token-owners.ts'
import { initialPollState, transitionPoll } from '../machine/poll-machine.ts'
import type { PollEffect, PollEvent, PollState, PollTimer } from '../machine/poll-state.ts'
import { runTransition } from '../observer/run-transition.ts'
import { warnAboutBusyPolling, warnAboutConnectionLimit } from '../platform/dev-warnings.ts'
import { createTimers } from '../platform/named-timers.ts'
import type { Attempt } from '../shared/attempt.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import { buildPollRequest } from './build-poll.ts'
import { deliverResponse } from './deliver-response.ts'
import { createPollPolicy } from './poll-policy.ts'
import type { PollBatch } from './poll-batch.ts'
import { type PollRequest, type PollResponse, longPollTransport } from './transport.ts'
import type { PollHost } from './types.ts'

/** A loop that sends the polls of one attempt, one at a time. */
export interface PollLoop extends TransportHandle {
  /**
   * `pollNow`: after a page or network event, replaces a request that may use a dead connection, or polls earlier.
   * `policyChanged`: calculates the wait again.
   */
  dispatch(event: { readonly type: 'pollNow' | 'policyChanged' }): void
}

/** How many responses in a row had messages and came immediately. */
export interface Burst {
  immediateCount: number
}

type LoopEvent = PollEvent<PollRequest, PollResponse>
type LoopEffect = PollEffect<PollRequest, PollResponse>

/**
 * Starts a loop that runs the effects of the polling machine until the attempt ends.
 *
 * @param burst continues from one loop to the next, since a failure need not end a burst
 */
export function startPollLoop(
  connection: PollHost,
  attempt: Attempt,
  on: TransportEvents<PollBatch>,
  burst: Burst,
): PollLoop {
  const { environment } = connection
  const timers = createTimers<PollTimer>(environment, (timer) => dispatch({ type: 'timeout', timer }))
  let state: PollState = { ...initialPollState, ...burst }
  let controller = new AbortController()
  let retryInfo: RetryInfo = attempt

  function dispatch(event: LoopEvent): void {
    const [next, effects] = runTransition(environment, createPollPolicy(connection), (policy, input) =>
      transitionPoll(state, event, policy, input),
    )
    state = next
    if (state.phase !== 'stopped') burst.immediateCount = state.immediateCount
    warnAboutBusyPolling(state, connection.primary.options)
    for (const effect of effects) perform(effect)
  }

  function perform(effect: LoopEffect): void {
    if (effect.type === 'prepare') controller = new AbortController()
    const { signal } = controller
    const poll: Poll = { connection, signal, dispatch: (event) => void (signal.aborted || dispatch(event)) }
    switch (effect.type) {
      case 'start':
        return timers.start(effect.timer, effect.delayMs)
      case 'stop':
        return effect.timer ? timers.stop(effect.timer) : timers.stopAll()
      case 'abort':
        return controller.abort()
      case 'prepare':
        return prepare(poll, retryInfo)
      case 'send':
        send(poll, effect.request, { ...retryInfo, signal: attempt.signal })
        retryInfo = NO_RETRY
        return
      case 'opened':
        return on.opened(effect.info)
      case 'deliver':
        return deliver(poll, effect.response, on)
      case 'ended':
        return on.ended(effect.outcome)
    }
  }

  const close = () => dispatch({ type: 'stop' })
  attempt.signal.addEventListener('abort', close)
  dispatch({ type: 'start' })
  return { close, dispatch }
}

/** One poll. After an abort, `dispatch` does nothing. */
interface Poll {
  readonly connection: PollHost
  readonly signal: AbortSignal
  dispatch(event: LoopEvent): void
}

type RetryInfo = Pick<Attempt, 'attempt' | 'previous'>

/** Only the first poll of an attempt can be a retry. */
const NO_RETRY: RetryInfo = { attempt: 0, previous: undefined }

/** Calls the option functions of a poll and builds its request. */
function prepare({ connection, signal, dispatch }: Poll, retryInfo: RetryInfo): void {
  connection.verifyIdentity(retryInfo.attempt)
  // The last observer may have moved to another connection.
  if (signal.aborted) return
  const fail = (cause: unknown) => dispatch({ type: 'ended', outcome: classifyResolveError(cause) })
  const build = (resolved: ResolvedRequest) => {
    if (!signal.aborted)
      dispatch({ type: 'prepared', request: buildPollRequest(connection, resolved, signal) })
  }
  try {
    const context = { ...retryInfo, signal, cursor: connection.interpreter.cursor }
    const resolved = resolveRequestOptions(connection.primary, context, assignPageTokenOwner(connection))
    if (resolved instanceof Promise) resolved.then(build).catch(fail)
    else build(resolved)
  } catch (cause) {
    fail(cause)
  }
}

function send(
  { connection, dispatch }: Poll,
  request: PollRequest,
  attempt: RetryInfo & Pick<Attempt, 'signal'>,
): void {
  warnAboutConnectionLimit(request.url, attempt.signal, connection.environment, () => false)
  longPollTransport(request, {
    opened: (info) => dispatch({ type: 'opened', info }),
    activity: () => dispatch({ type: 'activity' }),
    message(response) {
      const retryAfterMs =
        parseRetryAfter(response.headers.get('retry-after'), connection.environment.now()) ?? 0
      dispatch({ type: 'response', retryAfterMs, response })
    },
    ended: (outcome) =>
      explainOutcome(outcome, request, connection.environment, attempt, (explained) =>
        dispatch({ type: 'ended', outcome: explained }),
      ),
  })
}

function deliver(
  { connection, signal, dispatch }: Poll,
  response: PollResponse,
  on: TransportEvents<PollBatch>,
): void {
  try {
    deliverResponse(connection, response, signal, on, (result) => {
      // A proxy's timeout status does not prove that the server works. A handler may have closed the connection.
      if (response.status < 500 && !signal.aborted) on.provedUseful()
      dispatch({ type: 'handled', result })
    })
  } catch (cause) {
    dispatch({ type: 'ended', outcome: classifyResolveError(cause) })
  }
}
