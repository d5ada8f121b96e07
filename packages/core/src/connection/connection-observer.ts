import type { Port, Driver, Kind, Line } from './protocol.ts'
import { type AnyOptions, BaseObserver } from '../observer/base-observer.ts'
import { checkClose } from '../shared/close-codes.ts'
import { environmentOf } from '../platform/browser.ts'
import { takeLatest } from '../shared/reducers.ts'
import { initialState } from '../machine/connection-machine.ts'
import type { State } from '../machine/connection-state.ts'
import { identityOf, isSamePlace, mayDiffer } from './identity.ts'
import type { Identity } from '../shared/identity.ts'
import { moveLine, takeAlong } from './rekey.ts'
import { lineTo, linesOf } from './connection-pool.ts'
import { tellMessage } from '../observer/event-listeners.ts'
import { BLANK, NOWHERE, closedByUser, comeTo, isOver, remember, waiting } from './detached-state.ts'
import { isHeld } from '../observer/members.ts'
import { changeOf, takeSnapshot } from './snapshot.ts'
import type { Snapshot } from './types.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { warnOfMoves, warnOfWishes } from '../platform/dev-warnings.ts'

/** Numbers the hooks that share with nobody. */
let loners = 0

/**
 * One hook's view of a connection: it folds what its codec decodes, and knocks once a frame.
 * A class, since a page may hold thousands: its methods exist once.
 */
export class View<Raw, Options extends AnyOptions, Own extends Driver<Raw>>
  extends BaseObserver<Options, Snapshot<unknown>>
  implements Port<Raw, Options>
{
  readonly kind: Kind<Raw, Options, Own>
  url: UrlOption
  line: Line<Raw, Options, Own> | undefined
  /** What its line is known by; undefined: there is no URL. */
  identity: Identity | undefined
  seen = 0
  readonly #hosted: boolean
  #loner = 0
  #byHand = false
  #memory = BLANK
  /** The line that it has left: nothing is known of another's there. */
  #left: Line<Raw, Options, Own> | undefined
  /** How often it has moved since it was open. */
  #moves = 0
  /** Its user has logged out, and what it asked for must not be repeated by itself. */
  #rests = false
  /** The cursor that was last announced. */
  #cursor: string | undefined

  /** @param hosted owned by a framework, which opens it by subscribing: an enabled one shows `connecting` from the start */
  constructor(kind: Kind<Raw, Options, Own>, url: UrlOption, options: Options, hosted: boolean) {
    kind.check(options)
    super(options, environmentOf(options.environment))
    this.kind = kind
    this.url = url
    this.#hosted = hosted
    this.identity = this.#locate()
  }

  setOptions(url: UrlOption, options: Options): void {
    const { options: before, kind } = this
    const isSameUrl = url === this.url
    const mayMove = !isSameUrl || typeof url === 'object' || mayDiffer(kind.place, before, options)
    if (!mayMove && options === before) return
    this.noticeLogOut()
    kind.check(options)
    // What was opened by hand stays open until it is closed, or disabled anew.
    if (options.enabled === false && before.enabled !== false) this.#byHand = false
    // What has completed is asked for again by enabling it anew, and not because a component comes back.
    else if (before.enabled === false && options.enabled !== false) {
      this.#rests = false
      if (isOver(this.#memory)) this.#forget()
    }
    this.url = url
    this.options = options
    const hasMoved = mayMove && this.#relocate(this.#locate())
    if (isSameUrl && options !== before) warnOfMoves(this, hasMoved, before, options)
    if (this.line?.oldest === this) this.line.settle()
    this.#update(true)
    // Its status may be the same there, and what it shows is not.
    if (hasMoved) this.refresh()
    // What the old `select` kept from the listeners, the new one may show.
    if (this.isStale && before.select !== options.select) this.notify()
  }

  #locate(url = this.url, options = this.options): Identity | undefined {
    return identityOf(this.kind, url, options, this.environment, () => (this.#loner ||= ++loners))
  }

  /** Returns whether what was shown is of no use any more. */
  #relocate(next: Identity | undefined): boolean {
    const { identity: before } = this
    if (next?.key === before?.key) return false
    this.identity = next
    const isOnce = this.#isOnce(this.options)
    if (!before || !next || !isSamePlace(before, next, isOnce)) return this.#startOver()
    // Another function of a hook that is hidden: it goes on alone with what was its own.
    const line = this.line ?? this.#left
    const goesOn = !line || takeAlong(line, line === this.line, before, next, isOnce)
    return !goesOn && this.#startOver(isOnce)
  }

  #isOnce(options: Options): boolean {
    return this.kind.whole?.(options) === true
  }

  preview(url: UrlOption, options: Options): Snapshot<unknown> | undefined {
    const { kind, identity } = this
    if (url === this.url && !mayDiffer(kind.place, this.options, options)) return undefined
    const next = url ? this.#locate(url, options) : undefined
    if (identity && next && isSamePlace(identity, next, this.#isOnce(options))) return undefined
    return identity || next ? new View(kind, url, options, true).getSnapshot() : undefined
  }

  /** @param rests nothing is requested before it is opened */
  #startOver(rests = false): true {
    const { identity, line, kind, options } = this
    this.forgetData()
    kind.forget?.(this)
    this.#rests = rests
    if (!identity || !line || !moveLine(line, identity, kind.start(options))) this.#leave(true)
    // Another place knows nothing of the old one.
    this.#memory = BLANK
    this.#left = undefined
    return true
  }

  verify(attempt: number): void {
    // What gives other headers each time that it is read would never be sent.
    if (this.#moves > 2) return
    const hasMoved = this.#relocate(this.#locate())
    const leaves = !hasMoved && this.#isGuest && this.#startOver()
    // The next request is another hook's; its own is one that is tried again.
    this.#rests ||= leaves && attempt === 0
    if (!hasMoved && !leaves) return
    this.#moves++
    this.#update(true)
  }

  /** It has stayed for a request that is not repeated, though it sends other headers by now. */
  get #isGuest(): boolean {
    return !!this.line && this.line.identity.key !== this.identity?.key && this.#isOnce(this.options)
  }

  moveAway(): void {
    this.#startOver()
    this.#update(true)
    this.refresh()
  }

  get wanted(): boolean {
    if (!this.identity || this.#rests || isHeld(this)) return false
    return this.options.enabled !== false || this.#byHand
  }

  forget(): void {
    const { line, state: from } = this
    this.line = undefined
    // What was closed by hand stays so.
    this.#memory = from.closed?.by === 'user' ? { ...BLANK, state: closedByUser } : BLANK
    this.#byHand = false
    this.#left = undefined
    this.#rests = this.#isOnce(this.options)
    this.kind.forget?.(this)
    this.forgetData()
    line?.audience.remove(this)
    // A handler that has heard of the end may have opened it again.
    if (line?.audience.ports.size === 0) line.connection.dispatch({ type: 'release', now: true })
    if (this.taps?.has('transition')) this.occurred('transition', { from, to: this.state, cause: 'forget' })
    this.refresh()
  }

  resume(): void {
    this.#update(true)
  }

  /** Joins or leaves, as it is wanted. `now`: a line that nobody else uses closes at once, without lingering. */
  #update(now: boolean): void {
    const wanted = this.wanted && !!this.listeners?.size
    if (wanted && !this.line) this.#join()
    else if (this.line && !wanted) this.#leave(now)
    if (now && !this.line) this.refresh()
  }

  #join(): void {
    // The body of a request may be an object that has changed.
    this.#relocate(this.#locate())
    const line = (this.line = this.lineHere())
    const event = comeTo(line, this.#memory, this.kind.start(this.options))
    line.audience.add(this)
    this.#memory = BLANK
    this.isStale = true
    line.settle()
    // A listener that the line has told something may have taken it away again.
    if (this.line === line) line.connection.dispatch(event)
    if (line.oldest !== this) warnOfWishes(line.lead.options, this.options)
  }

  #leave(now: boolean): void {
    const { line } = this
    if (!line) return
    const { audience, connection } = line
    const last = audience.ports.size === 1
    this.line = undefined
    this.#left = line
    this.#memory = remember(line, last && !now)
    this.isStale = true
    // One that is mounted still hears what ends with it; one that is not hears nothing any more.
    if (last && now) connection.dispatch({ type: 'release', now })
    audience.remove(this)
    if (!last) line.settle()
    else if (!now) connection.dispatch({ type: 'release' })
  }

  /** The line of this destination, which may be one that others use, or one that lingers. */
  lineHere(): Line<Raw, Options, Own> {
    this.noticeLogOut()
    return this.line ?? lineTo(this.kind, this.environment, this.identity ?? NOWHERE, this)
  }

  get state(): State {
    const left = this.#memory.state
    if (this.line) return this.line.connection.state
    return left === initialState && this.#hosted && this.wanted ? waiting : left
  }

  protected onSubscribersChanged(): void {
    this.#update(false)
  }

  /** What was closed by hand, or never opened, is opened by hand. */
  revive(type: 'open' | 'reconnect'): void {
    this.noticeLogOut()
    if (!this.#relocate(this.#locate()) && this.#isGuest) this.#startOver()
    this.#byHand = true
    this.#rests = false
    this.#forget()
    this.#update(true)
    this.line?.connection.dispatch({ type })
  }

  /** Forgets how the last line was left. What had completed begins anew, unless it can be resumed. */
  #forget(): void {
    const audience = this.line?.audience
    if (this.state.closed?.by === 'complete' && !this.#place) {
      audience?.reset()
      for (const port of audience?.ports ?? [this]) port.restart()
    }
    this.#memory = { ...this.#memory, state: BLANK.state }
  }

  close(code?: number, reason?: string): void {
    checkClose(code, reason)
    this.#byHand = false
    const line = this.line ?? linesOf<Line<Raw, Options, Own>>(this.environment).get(this.identity?.key ?? '')
    if (!this.line) this.#memory = { ...this.#memory, state: closedByUser }
    line?.connection.dispatch({ type: 'close', code, reason })
    if (line?.audience.ports.size === 0) line.connection.dispatch({ type: 'release', now: true })
    if (!this.line) this.refresh()
  }

  /** Where the stream is, or where it is to go on from. */
  get #place(): string | undefined {
    return this.line ? this.line.connection.cursor : (this.#memory.cursor ?? this.kind.start(this.options))
  }

  getSnapshot(): Snapshot<unknown> {
    this.noticeLogOut()
    if (!this.isStale && this.shown) return this.shown
    const { shown, state, data, line } = this
    return this.giveOut(takeSnapshot(shown, state, data, line?.driver.queued?.() ?? 0, this.#place))
  }

  receive(message: unknown, raw: Raw): boolean {
    const { line, data: before } = this
    const { reduce, onMessage } = this.options
    const info = reduce || onMessage || this.taps ? this.kind.info(raw) : undefined
    this.data = reduce && info ? this.fold(message, info) : message
    this.#moves = 0
    // A message may move the cursor and leave the data as it was.
    this.isStale = true
    if (this.data !== before) this.schedule()
    if (this.watched?.has('cursor')) this.touch('cursor')
    // A listener that is told at once may have left.
    if (this.line !== line) return false
    if (info) tellMessage(this.options.onMessage, this.taps, message, info, this.environment)
    return true
  }

  catchUp(message: unknown, raw: Raw, whole: boolean): void {
    const { reduce } = this.options
    // A fold counts what came while it was there, or all of it; the last message alone would be a gap with one entry.
    if (reduce && reduce !== takeLatest && !whole) return
    this.data = this.fold(message, this.kind.info(raw))
    this.schedule()
  }

  touch(field: 'queued' | 'cursor'): void {
    this.isStale = true
    if (field === 'cursor') {
      const before = this.#cursor
      this.#cursor = this.line?.connection.cursor
      if (this.#cursor === before || (this.#hosted && !this.watched?.has(field))) return
    }
    this.schedule(true)
  }

  changed(from: State, to: State, cause: string): void {
    const change = changeOf(from, to)
    // Before anybody is told: whoever hears of it may look.
    if (change) this.isStale = true
    if (this.taps?.has('transition')) this.occurred('transition', { from, to, cause })
    if (!change) return
    if (change === 'loud' || !this.#hosted || this.watched?.has(change)) this.notify()
  }
}
