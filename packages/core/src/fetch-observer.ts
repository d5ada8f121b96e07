import type { Environment } from './environment.ts'
import { environmentOf } from './environment/browser.ts'
import type { Cell } from './fetch-cell.ts'
import { type Desk, deskOf } from './fetch-desk.ts'
import { FetchEntry } from './fetch-entry.ts'
import type { FetchPort } from './fetch-port.ts'
import { type AnyFetchOptions, type FetchOverrides, checkFetch, merged } from './fetch-options.ts'
import { type Name, isSameName, nameOf } from './fetch-request.ts'
import { ALL_QUIET, bitOf, isUnseen, takeFetchSnapshot } from './fetch-snapshot.ts'
import { Folding } from './fetch-folding.ts'
import type { FetchSnapshot, QuietField } from './fetch-types.ts'
import { soon } from './frames.ts'
import { type Taps, type Told, guarded, occur, tap, tellMessage } from './occurrences.ts'
import { differIn } from './options.ts'
import type { CommonOptions, GiveUpEvent, RetryEvent, UrlOption } from './types.ts'

/** The options that say what is asked for. */
export const PLACE = ['method', 'headers', 'json', 'body', 'query', 'credentials', 'key', 'share']
const REFRESH = ['refreshInterval', 'refreshOnFocus', 'refreshOnReconnect']

/** Numbers the entries that have no name of their own. */
let unnamed = 0

/** One hook's view of a request. A class, since a page may hold thousands: its methods exist once. */
export class FetchView implements FetchPort {
  /** What is asked for: the hook's own, or what `execute` has put over it. */
  url: UrlOption
  options: AnyFetchOptions
  sees = false
  gaveUp = false
  entry: FetchEntry | undefined
  /** What it reads of its entry: pinned, since a codec may be written anew in every render. */
  cell: Cell | undefined
  /** Is told instead of the listeners while there is none. */
  unowned: (() => void) | undefined
  readonly environment: Environment
  readonly #desk: Desk
  readonly #hosted: boolean
  /** What the hook itself asks for. */
  ownUrl: UrlOption
  ownOptions: AnyFetchOptions
  ownName: Name | undefined
  /** Of what is asked for. */
  name: Name | undefined
  /** What `execute` has put over the hook's own, while that is shown. */
  overrides: FetchOverrides | undefined
  /** Where there is a `reduce`. */
  folding: Folding | undefined
  /** What the last destination had. */
  #previous: unknown
  /** What was given out last, to whoever asked. */
  #shown: FetchSnapshot<unknown> | undefined
  /** What the listeners were told of. */
  #told: FetchSnapshot<unknown> | undefined
  #first: FetchSnapshot<unknown> | undefined
  #watched: number
  #due = false
  #isEarly = false
  #wasOwned = false
  /** Where the hook's own answer is, while another one is shown. */
  #back: FetchEntry | undefined
  /** Most have one: a list is smaller than a set. */
  #listeners: readonly (() => void)[] = []
  #taps: Taps | undefined

  /** @param hosted owned by a framework, which asks by subscribing: an enabled one shows `pending` from the start */
  constructor(url: UrlOption, options: AnyFetchOptions, hosted: boolean) {
    checkFetch(options)
    this.url = this.ownUrl = url
    this.options = this.ownOptions = options
    this.#hosted = hosted
    this.#watched = hosted ? 0 : ALL_QUIET
    this.environment = environmentOf(options.environment)
    this.#desk = deskOf(this.environment, options.cache)
    if (options.reduce) this.folding = new Folding(options)
    this.name = this.ownName = url ? nameOf(this, this.environment) : undefined
  }

  get active(): boolean {
    return !this.overrides && this.options.enabled !== false
  }

  /** Somebody looks, so that it stays. */
  get isOwned(): boolean {
    return this.#listeners.length > 0
  }

  get isJoined(): boolean {
    return this.entry?.ports.has(this) === true
  }

  setOptions(url: UrlOption, options: AnyFetchOptions): void {
    const before = this.ownOptions
    if (url === this.ownUrl && options === before) return
    checkFetch(options)
    const { active } = this
    const moved = url !== this.ownUrl || differIn(PLACE, before, options)
    this.ownUrl = url
    this.ownOptions = options
    const name = moved ? this.nameOf(url, options) : this.ownName
    if (moved && !isSameName(name, this.ownName)) {
      this.goTo(url, options, name, undefined)
      this.folding = options.reduce && new Folding(options)
    } else {
      this.ownName = name
      if (this.overrides) this.options = merged(options, this.overrides)
      else Object.assign(this, { url, options })
    }
    this.#update()
    if (active !== this.active) this.entry?.reconsider(this)
    else if (differIn(REFRESH, before, options)) this.entry?.settle()
    this.changed(false)
  }

  nameOf(url: UrlOption, options: AnyFetchOptions): Name | undefined {
    return url ? nameOf({ url, options }, this.environment) : undefined
  }

  /** Shows something else from now on. Another destination knows nothing of the old one. */
  goTo(
    url: UrlOption,
    options: AnyFetchOptions,
    name: Name | undefined,
    overrides: FetchOverrides | undefined,
  ): void {
    const { entry } = this
    this.#previous = options.keepPreviousData ? this.#data : undefined
    this.#back = overrides && !this.overrides ? entry : overrides && this.#back
    this.entry = this.cell = undefined
    this.sees = false
    this.overrides = isSameName(name, this.ownName) ? undefined : overrides
    if (!overrides) this.ownName = name
    this.name = name
    this.url = url
    this.options = options
    entry?.leave(this)
  }

  #update(): void {
    if (this.isOwned && this.name) this.join(this.#isEarly)
    this.#isEarly = false
  }

  /** What `execute` has brought before its framework has subscribed is not asked for again when it does. */
  early(): void {
    this.#isEarly = this.#hosted && !this.#wasOwned
  }

  /** Shows its own request again, and asks nothing. */
  goBack(): void {
    const back = this.#back
    this.goTo(this.ownUrl, this.ownOptions, this.ownName, undefined)
    this.entry = back
    if (this.isOwned) this.join(true)
  }

  /** Takes part in its entry, which is made if there is none. @param back nothing is asked for it */
  join(back = false): FetchEntry | undefined {
    if (!this.isJoined && this.name) {
      const { naming, key } = this.name
      const kept = back ? this.entry && (this.#desk.store.get(this.entry.key) ?? this.entry) : undefined
      // What has come to rest is found by its name, of which functions may say another now.
      const here = this.entry?.isAtRest && this.#isOpen ? undefined : this.entry
      const known = kept ?? (naming === 'known' ? this.#desk.store.get(key) : here)
      const full = naming === 'known' ? key : `\n${++unnamed}`
      const lead = { url: this.url, options: this.options }
      this.moveTo(known ?? new FetchEntry(this.#desk, full, naming, lead), back)
    }
    return this.entry
  }

  moveTo(entry: FetchEntry, back = false): void {
    const { initialData, reduce, codec } = this.options
    // It is that of the hook's own, and not of what `execute` asks for beside it.
    if (initialData !== undefined && !reduce && !entry.kept.exists && !this.overrides)
      entry.kept.seed(codec, initialData, this.environment.now(), this.options)
    this.entry = entry
    this.cell = undefined
    entry.join(this, back)
    // What was there already counts too.
    if (this.sees) this.#count(entry)
  }

  subscribe = (listener: () => void): (() => void) => {
    // A listener that subscribes twice is two owners.
    const owner = () => listener()
    // Of the size that it has: what grows by spreading has room for many.
    this.#listeners = this.#listeners.concat(owner)
    this.#told ??= this.getSnapshot()
    this.#wasOwned = true
    this.#update()
    return () => {
      if (!this.#listeners.includes(owner)) return
      this.#listeners = this.#listeners.filter((other) => other !== owner)
      if (!this.isOwned) this.entry?.leave(this)
    }
  }

  getSnapshot = (): FetchSnapshot<unknown> => {
    // A hook that comes back does not show what it had before it is known whose that was.
    if (this.#hosted && !this.#isEarly && this.entry?.isAtRest && this.#isOpen)
      this.entry = this.cell = undefined
    const entry = this.entry ?? this.#peeked
    const sees = this.entry ? this.sees : entry?.isShown === true
    if (sees) this.cell ??= entry?.kept.cell(this.options.codec)
    if (sees) this.#count(entry)
    const isFetching = this.isJoined
      ? entry?.exchange !== undefined && !this.gaveUp
      : !this.entry && this.#willAsk(entry)
    const has = this.cell !== undefined || (!entry && this.#initial !== undefined)
    // One that comes later is not shown what others have failed for: it asks.
    const error = this.entry?.error
    const seen = { entry, cell: this.cell, error, has, data: this.#data, isFetching }
    return (this.#shown = takeFetchSnapshot(this.#shown ?? this.#first, seen, this.#watched))
  }

  /** What is kept already can be shown before its framework has subscribed. */
  get #peeked(): FetchEntry | undefined {
    return this.name?.naming === 'known' ? this.#desk.store.get(this.name.key) : undefined
  }

  /** It asks as soon as it is mounted. */
  #willAsk(entry: FetchEntry | undefined): boolean {
    if (!this.#hosted || !this.name || !this.active) return false
    return entry?.kept.exists ? entry.isDue : !(this.#initial !== undefined && (this.options.maxAge ?? 0) > 0)
  }

  /** Functions say whose it is. */
  get #isOpen(): boolean {
    return this.name?.naming === 'open' || typeof this.options.headers === 'function'
  }

  get #initial(): unknown {
    return this.options.reduce ? undefined : this.options.initialData
  }

  get #data(): unknown {
    const { folding } = this
    if (folding) return folding.counted || this.#previous === undefined ? folding.data : this.#previous
    if (this.cell) return this.cell.value
    return this.#previous ?? this.#initial
  }

  getServerSnapshot = (): FetchSnapshot<unknown> => {
    const has = this.#initial !== undefined
    const data = this.#initial ?? this.folding?.data
    const isFetching = this.#willAsk(undefined)
    const seen = { entry: undefined, cell: undefined, error: undefined, has, data, isFetching }
    return (this.#first ??= takeFetchSnapshot(undefined, seen, 0))
  }

  on(type: string, listener: Told): () => void {
    return tap((this.#taps ??= new Map()), type, listener)
  }

  watch(field: QuietField): void {
    this.#watched |= bitOf(field)
  }

  watches(field: QuietField): boolean {
    return (this.#watched & bitOf(field)) !== 0
  }

  answered(): void {
    this.cell = this.entry?.kept.cell(this.options.codec, this.cell)
    const { cell } = this
    if (cell?.error) return this.occurred('error', cell.error)
    this.#count(this.entry)
    const info = { raw: undefined, headers: this.entry?.kept.response?.headers }
    tellMessage(this.options.onMessage, this.#taps, cell?.base, info, this.environment)
  }

  /** Folds what it sees. */
  #count(entry: FetchEntry | undefined): void {
    const response = entry?.kept.response
    if (!this.options.reduce || !response) return
    const cell = (this.cell ??= entry?.kept.cell(this.options.codec))
    if (cell && !cell.error)
      (this.folding ??= new Folding(this.options)).count(this.options, response, cell.base, this.environment)
  }

  occurred(type: 'retry' | 'giveup' | 'error', event: RetryEvent | GiveUpEvent | Error): void {
    // The type says which of the events it is.
    occur(this.options as CommonOptions<unknown, unknown>, this.#taps, type, event as never, this.environment)
  }

  /** Knocks, where something that is shown has changed: once a frame for what the network does, at once for what the page has done. */
  changed(later: boolean): void {
    if (!later || !this.isOwned) return this.#knock()
    if (this.#due) return
    this.#due = true
    soon(this.environment, this.options.notify, () => {
      this.#due = false
      this.#knock()
    })
  }

  #knock(): void {
    const told = this.#told
    const given = this.#shown
    const next = this.getSnapshot()
    if (next === told) return
    this.#told = next
    if (!this.isOwned) return this.unowned?.()
    const { select } = this.options
    if (
      told &&
      select &&
      guarded(() => isUnseen(select, next, [told, given ?? told], this.#watched), this.environment)
    )
      return
    for (const listener of this.#listeners)
      if (this.#listeners.includes(listener)) guarded(listener, this.environment)
  }
}
