import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import { parseRetryAfter } from '../http/http-date.ts'
import { type ResolvedRequest, resolveRequestOptions } from '../http/resolve-request.ts'
import { assignPageSession } from '../http/token-sessions.ts'
import { initialPollState, transitionPoll } from '../machine/poll-machine.ts'
import type { PollEffect, PollEvent, PollTimer } from '../machine/poll-state.ts'
import { warnAboutBusyPolling } from '../platform/dev-warnings.ts'
import type { Environment } from '../platform/environment.ts'
import { createTimers } from '../platform/named-timers.ts'
import type { Attempt } from '../shared/attempt.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import { buildPollRequest } from './build-poll.ts'
import { deliverResponse } from './deliver-response.ts'
import { pollPolicy } from './poll-policy.ts'
import type { PollBatch } from './poll-response.ts'
import { type PollRequest, type PollResponse, longPollTransport } from './transport.ts'
import type { LongPollConnection } from './types.ts'

/** The polls of one attempt, one at a time. */
export interface PollLoop extends TransportHandle {
  /**
   * `pollNow`, because the page or the network has changed: replaces a request that may hang on a dead connection, or shortens the wait for the
   * next one. `policyChanged`: calculates the wait again.
   */
  dispatch(event: { readonly type: 'pollNow' | 'policyChanged' }): void
}

type Event = PollEvent<PollRequest, PollResponse>
type Effect = PollEffect<PollRequest, PollResponse>

/** Interprets the effects of the polling machine until the attempt ends. It decides nothing itself. */
export function startPollLoop(
  connection: LongPollConnection,
  attempt: Attempt,
  on: TransportEvents<PollBatch>,
): PollLoop {
  const { environment } = connection
  const timers = createTimers<PollTimer>(environment, (timer) => dispatch({ type: 'timeout', timer }))
  let state = initialPollState
  let controller = new AbortController()

  function dispatch(event: Event): void {
    const input = { now: environment.now(), random: environment.random() }
    const [next, effects] = transitionPoll(state, event, pollPolicy(connection), input)
    state = next
    for (const effect of effects) perform(effect)
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'start':
        return timers.start(effect.timer, effect.delayMs)
      case 'stop':
        return effect.timer ? timers.stop(effect.timer) : timers.stopAll()
      case 'abort':
        return controller.abort()
      case 'warn':
        return warnAboutBusyPolling()
      case 'prepare':
        controller = new AbortController()
        return prepare(connection, attempt, effect.epoch, controller.signal, dispatch)
      case 'send':
        return send(environment, effect, dispatch)
      case 'opened':
        return on.opened(effect.info)
      case 'deliver':
        return deliver(connection, effect, controller.signal, on, dispatch)
      case 'ended':
        return on.ended(effect.outcome)
    }
  }

  const close = () => dispatch({ type: 'stop' })
  attempt.signal.addEventListener('abort', close)
  dispatch({ type: 'start' })
  return { close, dispatch }
}

/** Only the first poll of an attempt follows from what ended the last attempt. */
const LATER = { attempt: 0, previous: undefined }

/** Resolves URL, headers and body of a poll, and builds its request. */
function prepare(
  connection: LongPollConnection,
  attempt: Pick<Attempt, 'attempt' | 'previous'>,
  epoch: number,
  signal: AbortSignal,
  dispatch: (event: Event) => void,
): void {
  const occasion = epoch === 1 ? attempt : LATER
  connection.verifyIdentity(occasion.attempt)
  // Nobody is left to poll for.
  if (signal.aborted) return
  const fail = (cause: unknown) => dispatch({ type: 'ended', epoch, outcome: classifyResolveError(cause) })
  const build = (resolved: ResolvedRequest) => {
    if (!signal.aborted)
      dispatch({ type: 'prepared', epoch, request: buildPollRequest(connection, resolved, signal) })
  }
  try {
    const context = { ...occasion, signal, cursor: connection.interpreter.cursor }
    const resolved = resolveRequestOptions(
      connection.primary,
      context,
      assignPageSession(connection.environment),
    )
    if (resolved instanceof Promise) resolved.then(build).catch(fail)
    else build(resolved)
  } catch (cause) {
    fail(cause)
  }
}

function send(
  { now }: Pick<Environment, 'now'>,
  { epoch, request }: Extract<Effect, { type: 'send' }>,
  dispatch: (event: Event) => void,
): void {
  longPollTransport(request, {
    opened: (info) => dispatch({ type: 'opened', epoch, info }),
    message(response) {
      const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), now()) ?? 0
      dispatch({ type: 'response', epoch, retryAfterMs, response })
    },
    ended: (outcome) => dispatch({ type: 'ended', epoch, outcome }),
  })
}

function deliver(
  connection: LongPollConnection,
  { epoch, response }: Extract<Effect, { type: 'deliver' }>,
  signal: AbortSignal,
  on: TransportEvents<PollBatch>,
  dispatch: (event: Event) => void,
): void {
  try {
    const result = deliverResponse(connection, response, signal, on)
    // The timeout of a proxy shows nothing about the server behind it. A handler may have closed the connection.
    if (response.status < 500 && !signal.aborted) on.provedUseful()
    dispatch({ type: 'handled', epoch, result })
  } catch (cause) {
    dispatch({ type: 'ended', epoch, outcome: classifyResolveError(cause) })
  }
}
