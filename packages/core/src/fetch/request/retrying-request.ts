import { lengthOf } from '../../shared/body-size.ts'
import type { RequestOwner, RequestHost } from './types.ts'
import { clampDelay } from '../../shared/backoff.ts'
import type { Environment } from '../../platform/environment.ts'
import { TautlineError } from '../../shared/errors.ts'
import { classifyResponse } from './classify-response.ts'
import {
  type RequestEffect,
  type RequestEvent,
  transitionRequest,
  initialRequestState,
} from '../../machine/request-machine.ts'
import { type RejectedCredentials, nextOrder } from './credentials.ts'
import type { Watched } from './inactivity-watchdog.ts'
import type { AttributedSource } from './request-key.ts'
import type { PreparedRequest } from './prepared-request.ts'
import {
  type RawResponse,
  type FetchRequest,
  type Progress,
  type Timing,
  sendRequest,
} from './send-request.ts'
import { timeLimit } from '../../observer/retry-policy.ts'
import { runTransition } from '../../observer/run-transition.ts'
import { createTimers } from '../../platform/named-timers.ts'
import { fetchOf } from '../../platform/network.ts'
import { classifyResolveError } from '../../shared/resolve-option.ts'
import type { Outcome } from '../../shared/outcome.ts'
import { classifyFetchError } from '../../http/fetch-response.ts'
import { expectsBytes } from '../../shared/codec.ts'
import { PROBE_TIMEOUT_MS, corsError, isMaybeCors, isReachable } from '../../http/cors.ts'

/** A request with its retries: the interpreter of the request machine. */
export class RetryingRequest<Observer = unknown> implements Watched {
  /** The source of an explicit request (`execute`). Undefined: the source of the primary observer. */
  source: AttributedSource<Observer> | undefined
  /** The source whose functions were called last. */
  resolvedSource: AttributedSource<Observer> | undefined
  /** The same for every retry. */
  idempotencyKey: string | undefined
  state = initialRequestState
  /** The response, after success. */
  response: (RawResponse & Timing) | undefined
  /** The request that was sent last. */
  prepared: PreparedRequest | undefined
  /** A write has changed the requested resource in the meantime. */
  isOutdated = false
  /** The user has logged out: the request is not retried. */
  isFinalAttempt = false
  /** Set after a 401. */
  rejectedCredentials: RejectedCredentials | undefined
  readonly #host: RequestHost
  /** Its entry: another one once the request has moved to the entry with its final key. */
  owner: RequestOwner
  readonly #environment: Environment
  readonly #timers
  #controller: AbortController | undefined
  #unsubscribe: (() => void) | undefined
  #isDisposed = false
  /** The longest time without activity, in ms. */
  #silenceLimitMs: number | undefined
  #lastActivityAt = 0
  /** Its number from `nextOrder` when it was sent last; 0: not yet. */
  sentOrder = 0
  /** Set when it gives up, which is reported together with the explained error. */
  #giveUp: { readonly attempts: number } | undefined
  /** The outcome of an error response by its status, before its body is complete. */
  #errorOutcome: Outcome | undefined

  constructor(host: RequestHost, createOwner: (request: RetryingRequest<Observer>) => RequestOwner) {
    this.#host = host
    this.owner = createOwner(this)
    this.#environment = host.environment
    this.#timers = createTimers<'retry' | 'request'>(this.#environment, (timer) => {
      if (timer === 'retry') this.dispatch({ type: 'due' })
      else this.#timeOut('request', this.#requestLimit)
    })
  }

  /** Whether the current attempt was sent. */
  get isSent(): boolean {
    return this.prepared !== undefined
  }

  /** Whether an attempt was sent and has not ended; false while it waits for a retry. */
  get isInFlight(): boolean {
    return this.isSent && this.state.phase === 'fetching'
  }

  /** Whether option functions are running. Their values may be older than a new request. */
  get isPreparing(): boolean {
    return this.resolvedSource !== undefined && !this.isSent && this.state.phase === 'fetching'
  }

  /** Whether it waits for a retry, or has ended and only checks for a CORS error. */
  get isPaused(): boolean {
    return this.state.phase === 'settled' || this.state.waitingFor === 'timer'
  }

  start(): void {
    this.#host.activeRequests.add(this)
    this.#unsubscribe = this.#host.listen((pageEvent) => this.dispatch({ type: 'pageEvent', pageEvent }))
    this.dispatch({ type: 'fetch' })
  }

  /** Ends the request without calling its owner. */
  abort(): void {
    this.dispatch({ type: 'abort' })
    this.#controller?.abort()
    this.#dispose()
  }

  dispatch(event: RequestEvent): void {
    const before = this.state
    const [state, effects] = runTransition(this.#environment, this.owner.policy(), (policy, input) =>
      transitionRequest(this.state, event, policy, input),
    )
    this.state = state
    // Callbacks may dispatch events re-entrantly, so effects that notify are ordered last.
    for (const effect of effects) this.#runEffect(effect)
    if (before !== this.state && this.state.phase !== 'settled')
      this.owner.onStateChange(event.type !== 'fetch')
  }

  #runEffect(effect: RequestEffect): void {
    switch (effect.type) {
      case 'send':
        void this.#startAttempt(this.state.epoch)
        break
      case 'abortAttempt':
        this.#controller?.abort()
        this.#controller = undefined
        break
      case 'stop':
        this.#stopTimers()
        break
      case 'start':
        this.#timers.start('retry', effect.delayMs)
        break
      case 'give-up':
        this.#giveUp = effect
        break
      case 'settle':
        void this.#settle(effect.error)
        break
      default: {
        const { type, ...payload } = effect
        this.owner.onEvent(type, payload)
      }
    }
  }

  /** Waits for a microtask, so that mounting twice in one tick, as in StrictMode, sends one request. */
  async #startAttempt(epoch: number): Promise<void> {
    await Promise.resolve()
    if (epoch !== this.state.epoch) return
    const { signal } = (this.#controller = new AbortController())
    const requestLimit = this.#requestLimit
    this.prepared = this.#errorOutcome = this.resolvedSource = undefined
    this.#silenceLimitMs = undefined
    this.#expectActivity(this.#silenceLimitFor(true))
    if (requestLimit < Number.POSITIVE_INFINITY) this.#timers.start('request', clampDelay(requestLimit))
    try {
      const { attempt, error } = this.state
      const preparing = this.owner.prepare({ attempt, previous: error, signal, cursor: undefined })
      const prepared = preparing instanceof Promise ? await preparing : preparing
      if (epoch !== this.state.epoch) return
      this.owner.beforeSend(prepared, attempt)
      // The request may have been aborted, since another entry already has it.
      if (epoch !== this.state.epoch) return
      this.prepared = prepared
      this.#expectActivity(this.#silenceLimitFor(true))
      const requestedAt = this.#environment.now()
      this.sentOrder = nextOrder()
      const response = await sendRequest(this.#toFetchRequest(prepared, signal))
      if (epoch !== this.state.epoch) return
      const receivedAt = this.#environment.now()
      const outcome = classifyResponse(response, prepared, receivedAt, this.owner.options().codec)
      if (outcome.kind === 'complete') this.response = { ...response, requestedAt, receivedAt }
      this.#finishAttempt(epoch, outcome)
    } catch (cause) {
      const outcome = this.prepared ? classifyFetchError(cause) : classifyResolveError(cause)
      this.dispatch({ type: 'ended', epoch, outcome })
    }
  }

  #toFetchRequest(prepared: PreparedRequest, signal: AbortSignal): FetchRequest {
    const { url, init } = prepared
    const { maxBodyBytes = 67_108_864, codec, upload } = this.owner.options()
    return {
      url,
      init,
      signal,
      fetch: fetchOf(this.#environment),
      limit: maxBodyBytes,
      expectsBytes: expectsBytes(codec),
      upload: this.owner.isProgressTracked() ? upload : undefined,
      environment: this.#environment,
      onErrorHead: (head: RawResponse) => {
        const outcome = classifyResponse(head, prepared, this.#environment.now())
        if (outcome.kind !== 'complete' && this.#controller?.signal === signal) this.#errorOutcome = outcome
        this.#expectActivity(this.#silenceLimitFor(false))
      },
      onProgress: (progress: Progress, hasBegun: boolean) => {
        this.#expectActivity(this.#silenceLimitFor(!hasBegun))
        if (this.#controller?.signal === signal) this.owner.onProgress(progress)
      },
    }
  }

  /** Restarts the inactivity timeout. */
  #expectActivity(limitMs: number): void {
    const isLonger = this.#silenceLimitMs !== undefined && limitMs >= this.#silenceLimitMs
    this.#lastActivityAt = this.#environment.now()
    this.#silenceLimitMs = limitMs
    if (!isLonger) this.#host.watchdog.watch(this)
  }

  remainingMs(now: number): number {
    const limitMs = this.#silenceLimitMs ?? 0
    // If the clock was set back, the limit still applies.
    return Math.min(limitMs, this.#lastActivityAt + limitMs - now)
  }

  get #requestLimit(): number {
    return timeLimit(this.owner.options().timeout?.request, Number.POSITIVE_INFINITY)
  }

  #silenceLimitFor(isBeforeResponse: boolean): number {
    // `fetch` reports no upload progress, so an upload gets a second for each 16 kB; of unknown length, no limit.
    const uploadMs = isBeforeResponse ? lengthOf(this.prepared?.init.body) / 16 : 0
    const defaultMs = !this.prepared || this.#errorOutcome ? 10_000 : 60_000 + uploadMs
    return timeLimit(this.owner.options().timeout?.connect, defaultMs)
  }

  onTimeout(): void {
    // Settled: only the CORS check is running.
    if (this.state.phase === 'settled') this.#controller?.abort()
    else this.#timeOut('silence', this.#silenceLimitMs ?? 0)
  }

  #timeOut(phase: 'silence' | 'request', timeout: number): void {
    const missing = phase === 'request' ? 'complete response' : 'data'
    const text = `No ${missing} within ${timeout} ms: raise timeout.${phase === 'request' ? phase : 'connect'}`
    const error = new TautlineError('timeout', text, { phase, timeout })
    // For an error response the status is enough.
    this.#finishAttempt(this.state.epoch, this.#errorOutcome ?? { kind: 'retryable', error })
  }

  #finishAttempt(epoch: number, outcome: Outcome): void {
    if (outcome.kind === 'unauthorized' && this.prepared)
      this.rejectedCredentials = {
        requester: this.prepared.requester,
        authorization: this.prepared.headers.get('authorization'),
        sentOrder: this.sentOrder,
      }
    this.dispatch({ type: 'ended', epoch, outcome })
  }

  async #settle(error: TautlineError | undefined): Promise<void> {
    const cause = error && (await this.#explainError(error))
    if (this.#isDisposed) return
    this.#dispose()
    if (this.#giveUp) this.owner.onEvent('give-up', { attempts: this.#giveUp.attempts, error: cause })
    this.owner.onSettled(cause)
  }

  /** Checks whether CORS blocked the response, which looks like a network error to a page. */
  async #explainError(error: TautlineError): Promise<TautlineError> {
    const { prepared } = this
    if (!prepared || !this.state.isOnline || !isMaybeCors(error, prepared, this.#environment.baseUrl))
      return error
    const { url } = prepared
    const { signal } = (this.#controller = new AbortController())
    this.#silenceLimitMs = undefined
    this.#expectActivity(PROBE_TIMEOUT_MS)
    return (await isReachable({ url, signal, fetch: fetchOf(this.#environment) }))
      ? corsError(url, error)
      : error
  }

  #stopTimers(): void {
    this.#timers.stopAll()
    this.#host.watchdog.unwatch(this)
  }

  #dispose(): void {
    this.#isDisposed = true
    this.#host.activeRequests.delete(this)
    this.#stopTimers()
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }
}
