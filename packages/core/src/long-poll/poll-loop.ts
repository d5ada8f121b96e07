import { HINT_CAP, bounded } from '../shared/backoff.ts'
import type { Attempt } from '../shared/attempt.ts'
import { type PollAnswer, createAnswer } from './poll-response.ts'
import { cursorBehind } from './cursor.ts'
import type { LongPollLine } from './types.ts'
import { requestOf } from './build-poll.ts'
import {
  type Behind,
  connectTimeout,
  gapBehind,
  requestTimeout,
  tooLate,
  unseenGap,
  wishOf,
} from './poll-delay.ts'
import { refuse } from '../shared/resolve-option.ts'
import { gather } from '../http/resolve-request.ts'
import { askFor } from '../http/token-sessions.ts'
import { createTimers } from '../platform/named-timers.ts'
import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import { type PollResponse, longPollTransport } from './transport.ts'

/** A request that has been held so long, in ms, is being held: the server has nothing to say yet, and nothing against it. */
const HELD = 1000

/** What the page or the network does brings the next request forward, but never closer than this to the last one, in ms. */
const NOT_SOONER = 1000

/** A server that answers so soon, in ms, has not held the request. */
const AT_ONCE = 100

/** One row of requests, of which never two are under way. */
export interface Polling extends TransportHandle {
  /** Gives up a request that is under way, or the wait for the next one: the line may be dead, or somebody looks again. */
  askAnew(): void
  /** The options may say other times than those that are waited for. */
  reschedule(): void
}

// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function startPolling(line: LongPollLine, begun: Attempt, on: TransportEvents<PollAnswer>): Polling {
  const { environment } = line
  const timers = createTimers<'answer' | 'held' | 'next'>(environment, ring)
  let first: Pick<Attempt, 'attempt' | 'previous'> = begun
  let controller: AbortController | undefined
  let asked = 0
  let place = ''
  /** When the next request goes out, where none is under way. */
  let due = Number.POSITIVE_INFINITY
  let opened = false
  let stuck = 0
  let quick = 0
  /** Undefined while a request is under way. */
  let waiting: Behind | undefined
  /** How long that is from one request to the next, as things were when it began. */
  let gap = 0
  /** The server's wish: no request before this time. */
  let notBefore = Number.NEGATIVE_INFINITY
  /** A function is being asked for the request, or its answer is being handled: neither is given up for a new request. */
  let engaged: 'asking' | 'handling' | undefined
  /** A new request was wished for while an answer was being handled. */
  let wished = false

  function ask(): void {
    timers.stopAll()
    waiting = engaged = undefined
    line.verify(first.attempt)
    if (begun.signal.aborted) return
    notBefore = Number.NEGATIVE_INFINITY
    due = Number.POSITIVE_INFINITY
    asked = environment.now()
    const own = (controller = new AbortController())
    const { signal } = own
    const fail = (cause: unknown) => {
      if (!signal.aborted) on.ended(refuse(cause))
    }
    const send = (ingredients: Parameters<typeof requestOf>[1]) => {
      if (signal.aborted) return
      engaged = undefined
      timers.start('answer', bounded(requestTimeout(line.lead.options)))
      const request = requestOf(line, ingredients, signal)
      place = request.url.href
      if (!opened && line.lead.options.interval === undefined)
        timers.start('held', Math.min(HELD, connectTimeout(line.lead.options) / 2))
      longPollTransport(request, eventsOf(signal))
    }
    try {
      const gathered = gather(
        line.lead,
        { ...first, signal, cursor: line.connection.cursor },
        askFor(environment),
      )
      first = { attempt: 0, previous: undefined }
      if (gathered instanceof Promise) {
        engaged = 'asking'
        timers.start('answer', bounded(connectTimeout(line.lead.options)))
        gathered.then(send).catch(fail)
      } else send(gathered)
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
        if (!opened) on.opened(info)
        opened = true
      },
      message: (response) => {
        if (!signal.aborted) take(response, signal)
      },
      ended(outcome) {
        if (!signal.aborted && outcome.kind !== 'complete') on.ended(outcome)
      },
    }
  }

  /** The next request goes out when this answer has been handled, and the cursor has moved. */
  function take(response: PollResponse, signal: AbortSignal): void {
    // It is not asked again, and so it is not waited for.
    timers.stopAll()
    const now = environment.now()
    notBefore = wishOf(response.headers, now)
    const { minGap = 1000 } = line.lead.options
    const atOnce = now - asked < Math.min(minGap, AT_ONCE)
    engaged = 'handling'
    let news: Behind['behind']
    try {
      news = handle(response, signal)
    } catch (cause) {
      if (!signal.aborted) on.ended(refuse(cause))
      return
    }
    // A proxy that lost its patience says nothing of the server.
    if (response.status < 500 && !signal.aborted) on.useful()
    // A handler may have closed the line, or whoever hears that all is well again.
    if (signal.aborted) return
    controller = engaged = undefined
    quick = news === 'news' && atOnce ? quick + 1 : 0
    waiting = { behind: news, quick, stuck, random: environment.random() }
    reschedule()
    if (wished) askAnew()
  }

  /**
   * Returns what there was: something that moved the cursor, nothing new, or something that nobody was there to hear.
   *
   * @throws TautlineError `provider` where the cursor cannot be read
   */
  function handle(response: PollResponse, signal: AbortSignal): Behind['behind'] {
    const { status, headers, url, news, body } = response
    if (!news) {
      stuck = 0
      return 'nothing'
    }
    const { cursor } = line.connection
    const { options } = line.lead
    const answer = body && createAnswer({ ...response, body })
    const unpacked = answer && tried(() => answer.unpack(options))
    const messages = unpacked?.length ?? 0
    const found = { status, headers, url, messages, body: unpacked && answer?.body(options.codec) }
    const next = cursorBehind(options.cursor, found, cursor)
    const { ports } = line.audience
    // What cannot be read is told as an error there.
    if (answer && ports.size > 0) on.message(answer)
    // What nobody was told to its end, since nobody was there or left in the middle, is not handled.
    if (signal.aborted || (answer && ports.size === 0 && !answer.heard)) return 'unheard'
    const moved = next !== undefined && next !== cursor
    if (moved) on.cursor(next)
    stuck = answer && !unpacked && !moved ? stuck + 1 : 0
    return moved && messages > 0 ? 'news' : 'nothing'
  }

  function reschedule(): void {
    if (!waiting) return
    gap = gapBehind(line, waiting)
    const now = clocked()
    wait(Math.max(asked + gap, notBefore) - now)
  }

  /** The time; a clock that was set back must not make an hour of a second. */
  function clocked(): number {
    const now = environment.now()
    asked = Math.min(asked, now)
    notBefore = Math.min(notBefore, now + HINT_CAP)
    return now
  }

  function wait(ms: number): void {
    if (ms <= 0) return ask()
    due = environment.now() + ms
    timers.start('next', bounded(ms))
  }

  function ring(timer: 'answer' | 'held' | 'next'): void {
    if (timer === 'next') {
      // The page may have been hidden meanwhile.
      if (waiting && unseenGap(line) > gap) reschedule()
      else ask()
    } else if (timer === 'held') {
      opened = true
      on.opened({ protocol: '', url: place, headers: undefined })
    } else on.ended({ kind: 'lost', error: tooLate(line.lead.options, engaged === 'asking') })
  }

  function stop(): void {
    controller?.abort()
    controller = waiting = undefined
    timers.stopAll()
  }

  function askAnew(): void {
    wished = engaged === 'handling'
    if (engaged) return
    const now = clocked()
    const soonest = Math.max(
      asked + (controller ? NOT_SOONER : Math.max(NOT_SOONER, unseenGap(line))),
      notBefore,
    )
    // A request that has just gone out is the question that this would ask, and the next one may be due before.
    if (soonest > now && (controller || due <= soonest)) return
    controller?.abort()
    controller = waiting = undefined
    wait(soonest - now)
  }

  begun.signal.addEventListener('abort', stop)
  ask()
  return { close: stop, askAnew, reschedule }
}

function tried<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
