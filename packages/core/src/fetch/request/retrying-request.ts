import type { ExchangeParts, RequestHost } from './types.ts'
import { bounded, quickThenSpread } from '../../shared/backoff.ts'
import type { Environment } from '../../platform/environment.ts'
import { TautlineError, failure, isTautlineError } from '../../shared/errors.ts'
import { judge } from './classify-response.ts'
import { type FetchEffect, type FetchEvent, advance, unasked } from '../../machine/request-machine.ts'
import type { Refused } from './credentials.ts'
import type { Watched } from './inactivity-watchdog.ts'
import type { SourceOf } from './request-key.ts'
import type { Described } from './prepared-request.ts'
import { type FetchAnswer, type Progress, type Timing, isReachable, send } from './send-request.ts'
import { createTimers } from '../../platform/named-timers.ts'
import type { Outcome } from '../../shared/outcome.ts'
import { outcomeOf } from '../../http/fetch-response.ts'
import { serverOf } from '../../shared/urls.ts'
/** How long the question whether a server can be reached at all may take, in ms. */
const PROBE = 3000

/** One request with its retries: the interpreter of its machine's effects. It exists while there is something to do. */
export class Exchange<Port = unknown> implements Watched {
  /** What was asked for by hand; undefined: what its hooks ask for. */
  lead: SourceOf<Port> | undefined
  /** What functions were asked for last, and by which hook. */
  asked: SourceOf<Port> | undefined
  /** The same for every try. */
  idempotencyKey: string | undefined
  state = unasked
  /** What came, once it has settled without an error. */
  answer: (FetchAnswer & Timing) | undefined
  /** What was sent last. */
  described: Described | undefined
  /** What it asks for has been changed in the meantime. */
  isOutdated = false
  /** Its user has logged out: it is not sent again, by whatever credentials. */
  isLast = false
  /** What a server would not have any more. */
  refused: Refused | undefined
  readonly #desk: RequestHost
  #parts: ExchangeParts
  readonly #environment: Environment
  readonly #timers
  #controller: AbortController | undefined
  #deaf: (() => void) | undefined
  #over = false
  /** How long nothing may come, in ms, and since when. */
  #patience: number | undefined
  #heard = 0
  /** When it was sent last, by the wall clock, in ms; 0: not yet. */
  sentAt = 0
  /** What an answer means whose body is still to come, and tells no more than the status. */
  #refusal: Outcome | undefined

  constructor(desk: RequestHost, parts: (exchange: Exchange<Port>) => ExchangeParts) {
    this.#desk = desk
    this.#parts = parts(this)
    this.#environment = desk.environment
    this.#timers = createTimers<'retry' | 'request'>(this.#environment, (timer) => {
      if (timer === 'retry') this.post({ type: 'due' })
      else this.#giveUp('request', this.#parts.options().timeout?.request ?? 0)
    })
  }

  /** A request has left the page. */
  get sent(): boolean {
    return this.described !== undefined
  }

  /** One is under way, and not only waited for. */
  get isOnItsWay(): boolean {
    return this.sent && this.state.phase === 'asking'
  }

  /** Functions are being asked: what they say may be older than a wish that comes now. */
  get isDescribing(): boolean {
    return this.asked !== undefined && !this.sent && this.state.phase === 'asking'
  }

  /** It waits for its time to come, or is over but for a last question. */
  get isPaused(): boolean {
    return this.state.phase === 'over' || this.state.waitingFor === 'timer'
  }

  /** Another entry owns it from now on: what it asks for is known by another key. */
  handTo(parts: ExchangeParts): void {
    this.#parts = parts
  }

  /** What it is to its owner. */
  get parts(): ExchangeParts {
    return this.#parts
  }

  start(): void {
    this.#desk.live.add(this)
    this.#deaf = this.#desk.listen((signal) => this.post({ type: 'signal', signal }))
    this.post({ type: 'ask' })
  }

  /** Nothing is said any more. */
  abort(): void {
    this.post({ type: 'abort' })
    this.#controller?.abort()
    this.#end()
  }

  post(event: FetchEvent): void {
    const before = this.state
    const [state, effects] = this.#decide(event)
    this.state = state
    // Whoever is told may post again: what tells comes last among the effects.
    for (const effect of effects) this.#perform(effect)
    if (before !== this.state && this.state.phase !== 'over') this.#parts.changed(event.type !== 'ask')
  }

  #decide(event: FetchEvent) {
    const policy = this.#parts.policy()
    const stamp = { now: this.#environment.now(), random: this.#environment.random() }
    try {
      return advance(this.state, event, policy, stamp)
    } catch (error) {
      // A user's `delay` or `when` threw: it is reported, and the defaults decide.
      this.#environment.reportError(failure('retry', error))
      return advance(this.state, event, { ...policy, delay: quickThenSpread(), when: undefined }, stamp)
    }
  }

  #perform(effect: FetchEffect): void {
    switch (effect.type) {
      case 'dial':
        void this.#dial(this.state.epoch)
        break
      case 'abandon':
        this.#controller?.abort()
        this.#controller = undefined
        break
      case 'stop':
        this.#stop()
        break
      case 'start':
        this.#timers.start('retry', effect.wait)
        break
      case 'settle':
        void this.#settle(effect.error)
        break
      default:
        this.#parts.occurred(effect.type, effect)
    }
  }

  /** A microtask later: mounting twice in one tick, as StrictMode does, is one request. */
  async #dial(epoch: number): Promise<void> {
    await Promise.resolve()
    if (epoch !== this.state.epoch) return
    const { signal } = (this.#controller = new AbortController())
    const { timeout } = this.#parts.options()
    this.described = this.#refusal = this.asked = undefined
    this.#patience = undefined
    this.#wait(this.#patienceFor(true))
    if (timeout?.request !== undefined) this.#timers.start('request', bounded(timeout.request))
    try {
      const { attempt, error } = this.state
      const made = this.#parts.describe({ attempt, previous: error, signal, cursor: undefined })
      const described = made instanceof Promise ? await made : made
      if (epoch !== this.state.epoch) return
      this.#parts.admit(described, attempt)
      // It may have turned out that another is asking that already.
      if (epoch !== this.state.epoch) return
      this.described = described
      const requestedAt = (this.sentAt = this.#environment.now())
      const answer = await send(this.#request(described, signal))
      if (epoch !== this.state.epoch) return
      const receivedAt = this.#environment.now()
      const outcome = judge(answer, described, receivedAt)
      if (outcome.kind === 'complete') this.answer = { ...answer, requestedAt, receivedAt }
      this.#ended(epoch, outcome)
    } catch (cause) {
      const lost = isTautlineError(cause, 'provider') || isTautlineError(cause, 'content-type')
      const { kind, error } = outcomeOf(cause)
      this.post({ type: 'ended', epoch, outcome: { kind: lost ? 'lost' : kind, error } })
    }
  }

  #request(described: Described, signal: AbortSignal) {
    const { url, init } = described
    const { maxBytes = 67_108_864, credentials } = this.#parts.options()
    const { fetch, XMLHttpRequest } = this.#environment
    const isSent = init.body !== null && init.body !== undefined && !(init.body instanceof ReadableStream)
    const xhr = isSent && credentials !== 'omit' && this.#parts.isWatched()
    return {
      url,
      init,
      signal,
      fetch,
      limit: maxBytes,
      XMLHttpRequest: xhr ? XMLHttpRequest : undefined,
      refused: (head: FetchAnswer) => {
        if (this.#controller?.signal === signal)
          this.#refusal = judge(head, described, this.#environment.now())
      },
      progressed: (progress: Progress, begun: boolean) => {
        this.#wait(this.#patienceFor(!begun))
        if (this.#controller?.signal === signal) this.#parts.progressed(progress)
      },
    }
  }

  /** From now on nothing may come for so long: each part of an answer is a sign of life. */
  #wait(patience: number): void {
    const isLonger = this.#patience !== undefined && patience >= this.#patience
    this.#heard = this.#environment.now()
    this.#patience = patience
    if (!isLonger) this.#desk.watchdog.watch(this)
  }

  remaining(now: number): number {
    const patience = this.#patience ?? 0
    // A clock that was set back must not make an hour of a second.
    return Math.min(patience, this.#heard + patience - now)
  }

  #patienceFor(first: boolean): number {
    const { timeout, body, json } = this.#parts.options()
    // What is sent takes its time, of which `fetch` says nothing.
    const long = first && ((body !== undefined && body !== null) || json !== undefined)
    return timeout?.connect ?? (long ? 60_000 : 10_000)
  }

  late(): void {
    // Over, and whether the server can be reached is being asked.
    if (this.state.phase === 'over') this.#controller?.abort()
    else this.#giveUp('silence', this.#patience ?? 0)
  }

  #giveUp(phase: 'silence' | 'request', timeout: number): void {
    const { epoch } = this.state
    const text =
      phase === 'request' ? `No whole answer within ${timeout} ms` : `Nothing came for ${timeout} ms`
    const error = new TautlineError('timeout', text, { phase, timeout })
    // Of an answer that is no success the status says enough.
    this.#ended(epoch, this.#refusal ?? { kind: 'lost', error })
  }

  #ended(epoch: number, outcome: Outcome): void {
    if (outcome.kind === 'unauthorized' && this.described)
      this.refused = {
        who: this.described.who,
        authorization: this.described.headers.get('authorization'),
        sentAt: this.sentAt,
      }
    this.post({ type: 'ended', epoch, outcome })
  }

  async #settle(error: Error | undefined): Promise<void> {
    const cause = error && (await this.#causeOf(error))
    if (this.#over) return
    this.#end()
    this.#parts.settled(cause)
  }

  /** To a page, an answer that it may not read looks as if there were none. */
  async #causeOf(error: Error): Promise<Error> {
    const { fetch, baseUrl } = this.#environment
    const { url, init } = this.described ?? {}
    const isForeign = url && baseUrl && url.origin !== new URL(baseUrl).origin
    // A stream that is sent needs HTTP/2, and fails by the want of it as it does by CORS.
    const isStream = init?.body instanceof ReadableStream
    if (!isForeign || isStream || !isTautlineError(error, 'connect-failed') || !this.state.online)
      return error
    const { signal } = (this.#controller = new AbortController())
    this.#patience = undefined
    this.#wait(PROBE)
    if (!(await isReachable({ url, signal, fetch }))) return error
    const { origin } = url
    const text = `${serverOf(url)} can be reached, but lets this page not read its answer: see Access-Control-Allow-Origin, -Headers and -Methods there`
    return new TautlineError('cors', text, { origin }, error)
  }

  #stop(): void {
    this.#timers.stopAll()
    this.#desk.watchdog.leave(this)
  }

  #end(): void {
    this.#over = true
    this.#desk.live.delete(this)
    this.#stop()
    this.#deaf?.()
    this.#deaf = undefined
  }
}
