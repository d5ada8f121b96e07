import { MAX_SERVER_DELAY_MS, clampDelay } from '../shared/backoff.ts'
import type { Attempt } from '../shared/attempt.ts'
import { type PollBatch, createPollBatch } from './poll-response.ts'
import { nextCursor } from './cursor.ts'
import type { LongPollConnection } from './types.ts'
import { buildPollRequest } from './build-poll.ts'
import {
  type LastPoll,
  connectTimeout,
  delayAfter,
  requestTimeout,
  pollTimeoutError,
  hiddenPageDelay,
  retryAfterAt,
} from './poll-delay.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import { resolveRequestOptions } from '../http/resolve-request.ts'
import { assignPageSession } from '../http/token-sessions.ts'
import { createTimers } from '../platform/named-timers.ts'
import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import { type PollResponse, longPollTransport } from './transport.ts'

/** A request that has been held so long, in ms, is being held: the server has nothing to say yet, and nothing against it. */
const HELD_AFTER_MS = 1000

/** What the page or the network does brings the next request forward, but never closer than this to the last one, in ms. */
const MIN_GAP_MS = 1000

/** A server that answers so soon, in ms, has not held the request. */
const IMMEDIATE_MS = 100

/** One row of requests, of which never two are under way. */
export interface PollLoop extends TransportHandle {
  /** Gives up a request that is under way, or the wait for the next one: the line may be dead, or somebody looks again. */
  pollNow(): void
  /** The options may say other times than those that are waited for. */
  reschedule(): void
}

// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function startPollLoop(
  connection: LongPollConnection,
  attempt: Attempt,
  on: TransportEvents<PollBatch>,
): PollLoop {
  const { environment } = connection
  const timers = createTimers<'response' | 'held' | 'next'>(environment, onTimer)
  let attemptInfo: Pick<Attempt, 'attempt' | 'previous'> = attempt
  let controller: AbortController | undefined
  let requestedAt = 0
  let requestUrl = ''
  /** When the next request goes out, where none is under way. */
  let nextPollAt = Number.POSITIVE_INFINITY
  let hasOpened = false
  let undecodableCount = 0
  let immediateCount = 0
  /** Undefined while a request is under way. */
  let lastPoll: LastPoll | undefined
  /** How long that is from one request to the next, as things were when it began. */
  let gapMs = 0
  /** The server's wish: no request before this time. */
  let notBefore = Number.NEGATIVE_INFINITY
  /** A function is being asked for the request, or its answer is being handled: neither is given up for a new request. */
  let phase: 'resolving' | 'handling' | undefined
  /** A new request was wished for while an answer was being handled. */
  let isPollRequested = false

  function poll(): void {
    timers.stopAll()
    lastPoll = phase = undefined
    connection.verifyIdentity(attemptInfo.attempt)
    if (attempt.signal.aborted) return
    notBefore = Number.NEGATIVE_INFINITY
    nextPollAt = Number.POSITIVE_INFINITY
    requestedAt = environment.now()
    const ownController = (controller = new AbortController())
    const { signal } = ownController
    const fail = (cause: unknown) => {
      if (!signal.aborted) on.ended(classifyResolveError(cause))
    }
    const send = (resolvedRequest: Parameters<typeof buildPollRequest>[1]) => {
      if (signal.aborted) return
      phase = undefined
      timers.start('response', clampDelay(requestTimeout(connection.primary.options)))
      const request = buildPollRequest(connection, resolvedRequest, signal)
      requestUrl = request.url.href
      if (!hasOpened && connection.primary.options.interval === undefined)
        timers.start('held', Math.min(HELD_AFTER_MS, connectTimeout(connection.primary.options) / 2))
      longPollTransport(request, eventsOf(signal))
    }
    try {
      const resolution = resolveRequestOptions(
        connection.primary,
        { ...attemptInfo, signal, cursor: connection.interpreter.cursor },
        assignPageSession(environment),
      )
      attemptInfo = { attempt: 0, previous: undefined }
      if (resolution instanceof Promise) {
        phase = 'resolving'
        timers.start('response', clampDelay(connectTimeout(connection.primary.options)))
        resolution.then(send).catch(fail)
      } else send(resolution)
    } catch (cause) {
      fail(cause)
    }
  }

  function eventsOf(
    signal: AbortSignal,
  ): Pick<TransportEvents<PollResponse>, 'opened' | 'message' | 'ended'> {
    return {
      opened(info) {
        if (signal.aborted) return
        timers.stop('held')
        if (!hasOpened) on.opened(info)
        hasOpened = true
      },
      message: (response) => {
        if (!signal.aborted) handleResponse(response, signal)
      },
      ended(outcome) {
        if (!signal.aborted && outcome.kind !== 'complete') on.ended(outcome)
      },
    }
  }

  /** The next request goes out when this answer has been handled, and the cursor has moved. */
  function handleResponse(response: PollResponse, signal: AbortSignal): void {
    // It is not asked again, and so it is not waited for.
    timers.stopAll()
    const now = environment.now()
    notBefore = retryAfterAt(response.headers, now)
    const { minGap = 1000 } = connection.primary.options
    const isImmediate = now - requestedAt < Math.min(minGap, IMMEDIATE_MS)
    phase = 'handling'
    let news: LastPoll['result']
    try {
      news = deliverResponse(response, signal)
    } catch (cause) {
      if (!signal.aborted) on.ended(classifyResolveError(cause))
      return
    }
    // A proxy that lost its patience says nothing of the server.
    if (response.status < 500 && !signal.aborted) on.provedUseful()
    // A handler may have closed the line, or whoever hears that all is well again.
    if (signal.aborted) return
    controller = phase = undefined
    immediateCount = news === 'messages' && isImmediate ? immediateCount + 1 : 0
    lastPoll = { result: news, immediateCount, undecodableCount, random: environment.random() }
    reschedule()
    if (isPollRequested) pollNow()
  }

  /**
   * Returns what there was: something that moved the cursor, nothing new, or something that nobody was there to hear.
   *
   * @throws TautlineError `provider` where the cursor cannot be read
   */
  function deliverResponse(response: PollResponse, signal: AbortSignal): LastPoll['result'] {
    const { status, headers, url, hasContent, body } = response
    if (!hasContent) {
      undecodableCount = 0
      return 'empty'
    }
    const { cursor } = connection.interpreter
    const { options } = connection.primary
    const batch = body && createPollBatch({ ...response, body })
    const unpackedMessages = batch && tryOrUndefined(() => batch.messagesFor(options))
    const messages = unpackedMessages?.length ?? 0
    const cursorSource = {
      status,
      headers,
      url,
      messages,
      body: unpackedMessages && batch?.body(options.codec),
    }
    const next = nextCursor(options.cursor, cursorSource, cursor)
    const { subscribers } = connection.subscriberList
    // What cannot be read is told as an error there.
    if (batch && subscribers.size > 0) on.message(batch)
    // What nobody was told to its end, since nobody was there or left in the middle, is not handled.
    if (signal.aborted || (batch && subscribers.size === 0 && !batch.isDelivered)) return 'undelivered'
    const hasMoved = next !== undefined && next !== cursor
    if (hasMoved) on.cursor(next)
    undecodableCount = batch && !unpackedMessages && !hasMoved ? undecodableCount + 1 : 0
    return hasMoved && messages > 0 ? 'messages' : 'empty'
  }

  function reschedule(): void {
    if (!lastPoll) return
    gapMs = delayAfter(connection, lastPoll)
    const now = readClock()
    schedulePoll(Math.max(requestedAt + gapMs, notBefore) - now)
  }

  /** The time; a clock that was set back must not make an hour of a second. */
  function readClock(): number {
    const now = environment.now()
    requestedAt = Math.min(requestedAt, now)
    notBefore = Math.min(notBefore, now + MAX_SERVER_DELAY_MS)
    return now
  }

  function schedulePoll(ms: number): void {
    if (ms <= 0) return poll()
    nextPollAt = environment.now() + ms
    timers.start('next', clampDelay(ms))
  }

  function onTimer(timer: 'response' | 'held' | 'next'): void {
    if (timer === 'next') {
      // The page may have been hidden meanwhile.
      if (lastPoll && hiddenPageDelay(connection) > gapMs) reschedule()
      else poll()
    } else if (timer === 'held') {
      hasOpened = true
      on.opened({ protocol: '', url: requestUrl, headers: undefined })
    } else
      on.ended({
        kind: 'retryable',
        error: pollTimeoutError(connection.primary.options, phase === 'resolving'),
      })
  }

  function stop(): void {
    controller?.abort()
    controller = lastPoll = undefined
    timers.stopAll()
  }

  function pollNow(): void {
    isPollRequested = phase === 'handling'
    if (phase) return
    const now = readClock()
    const earliestAt = Math.max(
      requestedAt + (controller ? MIN_GAP_MS : Math.max(MIN_GAP_MS, hiddenPageDelay(connection))),
      notBefore,
    )
    // A request that has just gone out is the question that this would ask, and the next one may be due before.
    if (earliestAt > now && (controller || nextPollAt <= earliestAt)) return
    controller?.abort()
    controller = lastPoll = undefined
    schedulePoll(earliestAt - now)
  }

  attempt.signal.addEventListener('abort', stop)
  poll()
  return { close: stop, pollNow, reschedule }
}

function tryOrUndefined<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
