import type { Port } from './audience.ts'
import { checkClose } from './close-codes.ts'
import type { Environment } from './environment.ts'
import { environmentOf } from './environment/browser.ts'
import { fold, initialDataOf, takeLatest } from './fold.ts'
import { soon } from './frames.ts'
import { initialState } from './lifecycle.ts'
import type { State } from './lifecycle-types.ts'
import { type Driver, type Kind, type Line, destinationOf, lineTo, linesOf, moveLine } from './pool.ts'
import {
  type Occurrence,
  type Taps,
  type Told,
  guarded,
  occur,
  tap,
  tellAll,
  tellMessage,
} from './occurrences.ts'
import { differIn } from './options.ts'
import { BLANK, comeTo, isOver, remember } from './returning.ts'
import { changeOf, isNews, takeSnapshot } from './snapshot.ts'
import type { CommonOptions, Occurrences, Snapshot, UrlOption } from './types.ts'
import { warnOfWishes } from './wishes.ts'

/** Options as the observer sees them; what a message is does not matter to it. */
export type AnyOptions = Omit<CommonOptions<unknown, unknown>, 'pause' | 'timeout'>

/** What a hook shows before its framework has subscribed: mounting then costs no extra render, and hydration agrees. */
const waiting: State = { ...initialState, status: 'connecting' }
const closedByUser: State = { ...initialState, status: 'closed', closed: { by: 'user' } }

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
  #memory = BLANK
  /** The cursor that was last announced. */
  #cursor: string | undefined
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

  setOptions(url: UrlOption, options: Options): void {
    if (url === this.url && options === this.options) return
    this.kind.check(options)
    const before = this.options
    const moved = url !== this.url || differIn(this.kind.place, before, options)
    // What was opened by hand stays open until it is closed, or disabled anew.
    if (options.enabled === false && before.enabled !== false) this.#byHand = false
    // What has completed is asked for again by enabling it anew, and not because a component comes back.
    else if (before.enabled === false && options.enabled !== false && isOver(this.#memory)) this.#forget()
    this.url = url
    this.options = options
    if (moved) this.#relocate(this.#locate())
    if (this.line?.lead === this) this.line.settle()
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
    if (!key || !this.line || !moveLine(this.line, key, this.kind.start(this.options))) this.#leave(true)
    // Another place knows nothing of the old one.
    this.#memory = BLANK
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
    // The body of a request may be an object that has changed.
    this.#relocate(this.#locate())
    const line = (this.line = this.lineHere())
    const event = comeTo(line, this.#memory, this.kind.start(this.options))
    line.audience.add(this)
    this.#memory = BLANK
    this.#stale = true
    line.settle()
    // A listener that the line has told something may have taken it away again.
    if (this.line === line) line.connection.dispatch(event)
    if (line.lead !== this) warnOfWishes(line.lead.options, this.options)
  }

  #leave(now: boolean): void {
    const { line } = this
    if (!line) return
    const { audience, connection } = line
    const last = audience.ports.size === 1
    // It decides on, as it was: what becomes of this hook is no concern of a line that lingers.
    if (last) line.lead = { url: this.url, options: this.options }
    this.line = undefined
    this.#memory = remember(line, last && !now)
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
    const left = this.#memory.state
    const none = left === initialState && this.#hosted && this.wanted ? waiting : left
    return this.line?.connection.state ?? none
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

  on(type: string, listener: Told): () => void {
    return tap((this.#taps ??= new Map()), type, listener)
  }

  watch(field: string): void {
    // One thing by two names.
    this.#watched = (this.#watched ?? new Set()).add(field === 'lastEventId' ? 'cursor' : field)
  }

  /** What was closed by hand, or never opened, is opened by hand. */
  revive(type: 'open' | 'reconnect'): void {
    this.#relocate(this.#locate())
    this.#byHand = true
    this.#forget()
    this.#update(true)
    this.line?.connection.dispatch({ type })
  }

  /** Forgets how the last line was left. What had completed begins anew, unless it can be resumed. */
  #forget(): void {
    const { line } = this
    if (this.state.closed?.by === 'complete' && !this.#place) {
      line?.audience.reset()
      for (const port of line?.audience.ports ?? [this]) port.restart()
    }
    this.#memory = { ...this.#memory, state: BLANK.state }
  }

  close(code?: number, reason?: string): void {
    checkClose(code, reason)
    this.#byHand = false
    const line = this.line ?? linesOf<Line<Raw, Options, Own>>(this.environment).get(this.key ?? '')
    if (!this.line) this.#memory = { ...this.#memory, state: closedByUser }
    line?.connection.dispatch({ type: 'close', code, reason })
    if (line?.audience.ports.size === 0) line.connection.dispatch({ type: 'release', now: true })
    if (!this.line) this.#refresh()
  }

  /** Where the stream is, or where it is to go on from. */
  get #place(): string | undefined {
    return this.line ? this.line.connection.cursor : (this.#memory.cursor ?? this.kind.start(this.options))
  }

  getSnapshot(): Snapshot<unknown> {
    if (this.#stale || !this.#shown) {
      const queued = this.line?.driver.queued?.() ?? 0
      this.#shown = takeSnapshot(this.#shown, this.state, this.#data, queued, this.#place)
    }
    this.#stale = false
    this.#first ??= this.#shown
    return this.#shown
  }

  getServerSnapshot(): Snapshot<unknown> {
    return (this.#first ??= this.getSnapshot())
  }

  receive(message: unknown, raw: Raw): boolean {
    const { line, options } = this
    const { reduce } = options
    const info = reduce || options.onMessage || this.#taps ? this.kind.info(raw) : undefined
    const before = this.#data
    this.#data = reduce && info ? fold(reduce, before, message, info, this.environment) : message
    // A message may move the cursor and leave the data as it was.
    this.#stale = true
    if (this.#data !== before) this.#schedule()
    if (this.#watched?.has('cursor')) this.touch('cursor')
    // A listener that is told at once may have left.
    if (this.line !== line) return false
    if (info) tellMessage(this.options.onMessage, this.#taps, message, info, this.environment)
    return true
  }

  catchUp(message: unknown, raw: Raw, whole: boolean): void {
    const { reduce } = this.options
    // A fold counts what came while it was there, or all of it; the last message alone would be a gap with one entry.
    if (reduce && reduce !== takeLatest && !whole) return
    this.#data = reduce ? fold(reduce, this.#data, message, this.kind.info(raw), this.environment) : message
    this.#schedule()
  }

  restart(): void {
    const before = this.#data
    this.#data = initialDataOf(this.options)
    if (this.#data !== before) this.#schedule()
  }

  touch(field: 'queued' | 'cursor'): void {
    this.#stale = true
    if (field === 'cursor') {
      const before = this.#cursor
      this.#cursor = this.line?.connection.cursor
      if (this.#cursor === before || (this.#hosted && !this.#watched?.has(field))) return
    }
    this.#loud = true
    this.#schedule()
  }

  occurred<Type extends Occurrence>(type: Type, event: Occurrences<unknown>[Type]): boolean {
    return occur(this.options, this.#taps, type, event, this.environment)
  }

  changed(from: State, to: State, cause: string): void {
    const change = changeOf(from, to)
    // Before anybody is told: whoever hears of it may look.
    if (change) this.#stale = true
    if (this.#taps?.has('transition')) this.occurred('transition', { from, to, cause })
    if (!change) return
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
    soon(this.environment, this.options.notify, () => this.#flush())
  }

  #flush(): void {
    if (!this.#due) return
    const { select } = this.options
    // What the listeners were told of, and what was last given out to whoever asked: either may be on the screen.
    const isNew = (part: typeof select) => !part || isNews(part, this.#data, [this.#told, this.#shown?.data])
    this.#due = this.#loud || !this.#shown || (guarded(() => isNew(select), this.environment) ?? true)
    if (this.#due) this.#knock()
  }

  #knock(): void {
    this.#due = this.#loud = false
    this.#told = this.#data
    tellAll(this.#listeners, (listener) => guarded(listener, this.environment))
  }
}
