import type { Decoder, Port } from './audience.ts'
import { checkClose } from './close-codes.ts'
import type { Environment } from './environment.ts'
import { environmentOf } from './environment/browser.ts'
import { initialDataOf, takeLatest } from './fold.ts'
import { nextFrame } from './frames.ts'
import { initialState } from './lifecycle.ts'
import type { State } from './lifecycle-types.ts'
import { type Driver, type Kind, type Line, destinationOf, lineTo, linesOf, moveLine } from './pool.ts'
import { type Taps, guarded, occur, tap, tellAll } from './occurrences.ts'
import { changeOf, takeSnapshot } from './snapshot.ts'
import type { CommonOptions, Occurrences, Snapshot, UrlOption } from './types.ts'
import { warnOfWishes } from './wishes.ts'

/** Options as the observer sees them; what a message is does not matter to it. */
export type AnyOptions = CommonOptions<unknown, unknown> & {
  readonly codec?: Decoder | undefined
  readonly protocols?: unknown
}

/** What a hook shows before its framework has subscribed: mounting then costs no extra render, and hydration agrees. */
const waiting: State = { ...initialState, status: 'connecting' }
const closedByUser: State = { ...initialState, status: 'closed', closed: { by: 'user' } }

/** The options that are part of a destination. */
const PLACE = ['protocols', 'shareKey', 'share'] as const

/** Numbers the hooks that share with nobody. */
let loners = 0

/**
 * One hook's view of a connection: it folds what its codec decodes, and knocks once a frame.
 * A class, since a page may hold thousands: its methods exist once.
 */
export class View<Raw, Options extends AnyOptions, Own extends Driver<Raw>> implements Port<Raw, Options> {
  readonly environment: Environment
  readonly kind: Kind<Raw, Options, Own>
  url: UrlOption
  options: Options
  line: Line<Raw, Options, Own> | undefined
  /** The destination as its line is known by; undefined: there is none. */
  key: string | undefined
  seen = 0
  readonly #hosted: boolean
  #loner = 0
  #data: unknown
  #shown: Snapshot<unknown> | undefined
  #first: Snapshot<unknown> | undefined
  #told: unknown
  #stale = true
  /** A knock is on its way; `loud` when it is not about `data`. */
  #due = false
  #loud = false
  #byHand = false
  /** What is shown where there is no line: the state in which the last one was left, if that was final. */
  #rested = initialState
  #watched: Set<string> | undefined
  #listeners: Set<() => void> | undefined
  #taps: Taps | undefined

  /** @param hosted owned by a framework, which opens it by subscribing: an enabled one shows `connecting` from the start */
  constructor(kind: Kind<Raw, Options, Own>, url: UrlOption, options: Options, hosted: boolean) {
    kind.check(options)
    this.kind = kind
    this.url = url
    this.options = options
    this.#hosted = hosted
    this.environment = environmentOf(options.environment)
    this.#data = this.#told = initialDataOf(options)
    this.key = this.#locate()
  }

  get codec(): Decoder | undefined {
    return this.options.codec
  }

  setOptions(url: UrlOption, options: Options): void {
    if (url === this.url && options === this.options) return
    this.kind.check(options)
    const before = this.options
    const moved = url !== this.url || PLACE.some((name) => before[name] !== options[name])
    // What was opened by hand stays open until it is closed, or disabled anew.
    if (options.enabled === false && before.enabled !== false) this.#byHand = false
    this.url = url
    this.options = options
    const { line } = this
    if (moved) this.#relocate(this.#locate())
    if (line && line === this.line) {
      if (before.codec !== options.codec) line.audience.retune(this)
      if (line.lead === this) line.settle()
    }
    this.#update(true)
    // What the old `select` kept from the listeners, the new one may show.
    if (this.#stale && before.select !== options.select) this.#knock()
  }

  #locate(): string | undefined {
    const alone = () => (this.#loner ||= ++loners)
    return destinationOf(this.kind, this.url, this.options, this.environment, alone)
  }

  #relocate(key: string | undefined): void {
    if (key === this.key) return
    this.key = key
    this.#data = this.#told = initialDataOf(this.options)
    this.#stale = true
    if (key && this.line && moveLine(this.line, key)) return
    this.#leave(true)
    this.#rested = initialState
  }

  get wanted(): boolean {
    return this.key !== undefined && (this.options.enabled !== false || this.#byHand)
  }

  /** Joins or leaves, as it is wanted. `now`: a line that nobody else uses closes at once, without lingering. */
  #update(now: boolean): void {
    const wanted = this.wanted && !!this.#listeners?.size
    if (wanted && !this.line) this.#join()
    else if (this.line && !wanted) this.#leave(now)
    if (now && !this.line) this.#refresh()
  }

  #join(): void {
    const line = (this.line = this.lineHere())
    const { audience, connection } = line
    audience.add(this)
    line.settle()
    const kept = this.#rested === closedByUser && connection.state.status === 'idle'
    this.#rested = initialState
    this.#stale = true
    connection.dispatch({ type: kept ? 'close' : 'retain' })
    if (line.lead !== this) warnOfWishes(line.lead.options, this.options)
  }

  #leave(now: boolean): void {
    const { line } = this
    if (!line) return
    const { audience, connection } = line
    const { closed } = connection.state
    const last = audience.ports.size === 1
    // It decides on, as it was: what becomes of this hook is no concern of a line that lingers.
    if (last) line.lead = { url: this.url, options: this.options }
    this.line = undefined
    this.#rested = closed?.by === 'user' ? closedByUser : closed ? connection.state : initialState
    this.#stale = true
    // One that is mounted still hears what ends with it; one that is not hears nothing any more.
    if (last && now) connection.dispatch({ type: 'release', now })
    audience.remove(this)
    if (!last) line.settle()
    else if (!now) connection.dispatch({ type: 'release' })
  }

  /** The line of this destination, which may be one that others use, or one that lingers. */
  lineHere(): Line<Raw, Options, Own> {
    return this.line ?? lineTo(this.kind, this.environment, this.key ?? '', this)
  }

  get state(): State {
    if (this.line) return this.line.connection.state
    if (this.#rested !== initialState) return this.#rested
    return this.#hosted && this.wanted ? waiting : initialState
  }

  subscribe(listener: () => void): () => void {
    // A listener that subscribes twice is two owners.
    const owner = () => listener()
    this.#listeners = (this.#listeners ?? new Set()).add(owner)
    this.#update(false)
    return () => {
      if (this.#listeners?.delete(owner)) this.#update(false)
    }
  }

  on(type: string, listener: (event: never) => void): () => void {
    return tap((this.#taps ??= new Map()), type, listener)
  }

  watch(field: string): void {
    this.#watched = (this.#watched ?? new Set()).add(field)
  }

  open(): void {
    this.#byHand = true
    this.#rested = initialState
    this.#update(true)
    this.line?.connection.dispatch({ type: 'open' })
  }

  close(code?: number, reason?: string): void {
    checkClose(code, reason)
    this.#byHand = false
    const line =
      this.line ?? (this.key ? linesOf<Line<Raw, Options, Own>>(this.environment).get(this.key) : undefined)
    if (!this.line) this.#rested = closedByUser
    line?.connection.dispatch({ type: 'close', code, reason })
    if (line?.audience.ports.size === 0) line.connection.dispatch({ type: 'release', now: true })
    if (!this.line) this.#refresh()
  }

  reconnect(): void {
    this.#byHand = true
    this.#rested = initialState
    this.#update(true)
    this.line?.connection.dispatch({ type: 'reconnect' })
  }

  getSnapshot(): Snapshot<unknown> {
    if (this.#stale || !this.#shown) {
      this.#shown = takeSnapshot(this.#shown, this.state, this.#data, this.line?.driver.queued() ?? 0)
    }
    this.#stale = false
    this.#first ??= this.#shown
    return this.#shown
  }

  getServerSnapshot(): Snapshot<unknown> {
    return (this.#first ??= this.getSnapshot())
  }

  receive(message: unknown, raw: Raw): void {
    const { line, options } = this
    const { reduce } = options
    let next = reduce ? this.#data : message
    // Not by way of `guarded`: a closure for each message is what the hot path can do without.
    try {
      if (reduce) next = reduce(next, message, { raw })
    } catch (error) {
      this.environment.reportError(error)
    }
    if (next !== this.#data) {
      this.#data = next
      this.#schedule()
    }
    // A listener that is told at once may have left.
    if (this.line === line && (this.options.onMessage || this.#taps)) this.occurred('message', message)
  }

  catchUp(message: unknown): void {
    const { reduce } = this.options
    // A fold counts what came while it was there; the last message alone would be a gap with one entry.
    if (reduce && reduce !== takeLatest) return
    this.#data = message
    this.#schedule()
  }

  touch(): void {
    this.#loud = true
    this.#schedule()
  }

  occurred<Type extends keyof Occurrences<unknown>>(type: Type, event: Occurrences<unknown>[Type]): boolean {
    return occur(this.options, this.#taps, type, event, this.environment)
  }

  /** An error that concerns this hook alone. */
  report(error: Error): void {
    if (!this.occurred('error', error)) this.environment.reportError(error)
  }

  changed(from: State, to: State, cause: string): void {
    if (this.#taps?.has('transition')) this.occurred('transition', { from, to, cause })
    const change = changeOf(from, to)
    if (!change) return
    this.#stale = true
    if (change === 'loud' || !this.#hosted || this.#watched?.has(change)) this.#knock()
  }

  /** What is shown may have changed without the line having said so. */
  #refresh(): void {
    const shown = this.#shown
    this.#stale = true
    if (shown && this.getSnapshot() !== shown) this.#knock()
  }

  /** State is current at once; only the knocking waits. */
  #schedule(): void {
    this.#stale = true
    if (this.#due || !this.#listeners?.size) return
    this.#due = true
    const { notify } = this.options
    const flush = () => this.#flush()
    if (notify === 'sync') flush()
    else if (notify === 'microtask') queueMicrotask(flush)
    else nextFrame(this.environment, flush)
  }

  #flush(): void {
    if (!this.#due) return
    const { select } = this.options
    const shown = this.#shown
    if (select && shown && !this.#loud) {
      // What the listeners were told of, and what was last given out to whoever asked: either may be on the screen.
      const onScreen = [this.#told, shown.data]
      guarded(() => {
        const next = select(this.#data)
        this.#due = !onScreen.every((data) => Object.is(next, select(data)))
      }, this.environment)
    }
    if (this.#due) this.#knock()
  }

  #knock(): void {
    this.#due = this.#loud = false
    this.#told = this.#data
    tellAll(this.#listeners, (listener) => guarded(listener, this.environment))
  }
}
