import type { Environment } from '../../platform/environment.ts'
import { environmentOf } from '../../platform/browser.ts'
import { deskOf } from '../cache/cache-context.ts'
import { FetchEntry } from '../cache/cache-entry.ts'
import { Folding } from './reduced-data.ts'
import { type AnyFetchOptions, type FetchOverrides, checkFetch, merged } from '../options.ts'
import type { Desk, FetchPort, StoredEntry } from '../cache/types.ts'
import { type Lead, type Name, isSameName, isSameSource, nameOf } from '../request/request-key.ts'
import { ALL_QUIET, takeFetchSnapshot } from './snapshot.ts'
import { FetchScreen, holding } from './shown-data.ts'
import type { FetchSnapshot } from '../types.ts'
import { mayDiffer } from '../../connection/identity.ts'
import { differIn } from '../../observer/check-options.ts'
import { type Member, enlist, isForgottenSince, isHeld, logOuts } from '../../observer/members.ts'
import type { UrlOption } from '../../shared/attempt.ts'

/** The options that say what is asked for. */
export const PLACE = [
  'method',
  'headers',
  'ignoreHeaders',
  'json',
  'body',
  'query',
  'credentials',
  'key',
  'providerKey',
  'share',
]
const REFRESH = ['refreshInterval', 'refreshOnFocus', 'refreshOnReconnect']

/** One hook's view of a request. A class, since a page may hold thousands: its methods exist once. */
export class FetchView extends FetchScreen implements FetchPort, Member {
  /** What is asked for: the hook's own, or what `execute` has put over it. */
  url: UrlOption
  options: AnyFetchOptions
  gaveUp = false
  entry: StoredEntry | undefined
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
  /** What was given out last, to whoever asked. */
  #shown: FetchSnapshot<unknown> | undefined
  #first: FetchSnapshot<unknown> | undefined
  #isEarly = false
  /** It has left its entry: who asks by then is not known before functions have said it. */
  #isAway = false
  #wasOwned = false
  /** So many log-outs it knows of. */
  #since = logOuts
  /** Where the hook's own answer is, while another one is shown. */
  #back: StoredEntry | undefined

  /** @param hosted owned by a framework, which asks by subscribing: an enabled one shows `pending` from the start */
  constructor(url: UrlOption, options: AnyFetchOptions, hosted: boolean) {
    checkFetch(options)
    super(hosted ? 0 : ALL_QUIET)
    this.url = this.ownUrl = url
    this.options = this.ownOptions = options
    this.#hosted = hosted
    this.environment = environmentOf(options.environment)
    this.#desk = deskOf(this.environment, options.cache)
    if (options.reduce) this.folding = new Folding(options)
    this.name = this.ownName = url ? nameOf(this, this.environment) : undefined
  }

  get active(): boolean {
    return !this.overrides && this.options.enabled !== false
  }

  get isJoined(): boolean {
    return this.entry?.ports.has(this) === true
  }

  setOptions(url: UrlOption, options: AnyFetchOptions): void {
    const { active, ownOptions: before } = this
    const moved = url !== this.ownUrl || mayDiffer(PLACE, before, options)
    if (!moved && options === before) return
    this.noticeLogOut()
    checkFetch(options)
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
    this.leaveFor(options)
    this.#back = overrides && !this.overrides ? entry : overrides && this.#back
    this.#drop()
    const isOwn = isSameName(name, this.ownName) && isSameSource({ url, options }, this.#own)
    this.overrides = isOwn ? undefined : overrides
    if (!overrides) this.ownName = name
    this.name = name
    this.url = url
    this.options = options
    entry?.leave(this)
  }

  get #own(): Lead {
    return { url: this.ownUrl, options: this.ownOptions }
  }

  /** Each request is one of its own: a server may ask for another user each time. */
  get isApart(): boolean {
    return this.environment.server && (this.#desk.isIsolated || this.#isOpen)
  }

  /** Its promises keep their request; all else begins anew. */
  detach(): void {
    const { entry } = this
    this.#drop()
    entry?.leave(this, true)
  }

  /** A hook that has no subscriber is not told of a log-out: it finds out when it is used again. */
  noticeLogOut(): void {
    if (this.isOwned || this.#since === logOuts) return
    if (isForgottenSince(this, this.#since)) this.forget()
    this.#since = logOuts
  }

  forget(): void {
    this.#since = logOuts
    this.goTo(this.ownUrl, this.ownOptions, this.ownName, undefined)
    this.#isEarly = this.#isAway = false
    this.blank()
    this.changed(false)
  }

  resume(): void {
    this.#update()
    this.changed(false)
  }

  #drop(): void {
    this.entry = this.cell = this.held = undefined
    this.sees = false
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
    // What was forgotten meanwhile is not shown again.
    this.entry = back?.isRetired ? undefined : back
    if (this.isOwned) this.join(true)
  }

  /** Takes part in its entry, which is made if there is none. @param back nothing is asked for it */
  join(back = false): StoredEntry | undefined {
    const { name } = this
    // During a log-out only what is asked for explicitly is asked.
    if (!this.isJoined && name && (this.overrides || !isHeld(this))) {
      if (this.#isOthers) this.#drop()
      const desk = this.#desk
      const isShared = name.naming === 'known' && desk.shares(name.key)
      const kept = back ? this.entry && (desk.store.get(this.entry.key) ?? this.entry) : undefined
      // Who has been away finds it by its name, of which functions may say another now.
      const here = this.#isAway && (this.#isOpen || desk.isIsolated) ? undefined : this.entry
      if (!here) this.held = undefined
      const known = kept ?? (isShared ? desk.store.get(name.key) : here)
      const lead = { url: this.url, options: this.options, by: this, name }
      this.#arrive(known ?? new FetchEntry(desk, name, isShared, lead), back)
    }
    return this.entry
  }

  #arrive(entry: StoredEntry, back: boolean): void {
    const { initialData, reduce, codec } = this.options
    // It is that of the hook's own, and not of what `execute` asks for beside it; and whose it is, where functions say who asks, only this hook can know.
    const isOurs = !this.overrides && (!this.#isOpen || entry.identity === undefined)
    if (initialData !== undefined && !reduce && isOurs && !this.isRefused && !entry.kept.exists)
      entry.kept.seed(codec, initialData, this.environment.now(), this.options)
    this.#isAway = false
    this.entry = entry
    this.cell = undefined
    entry.join(this, back)
    this.identified()
    if (!this.sees) return
    this.held = undefined
    // What was there already counts too.
    this.count(entry)
  }

  left(entry: StoredEntry): void {
    if (this.entry === entry && !this.isJoined) this.#isAway = true
  }

  moveTo(entry: StoredEntry): void {
    const { cell } = this
    if (cell) this.held = holding(cell, this.entry?.kept, this.who)
    this.#arrive(entry, false)
  }

  subscribe = (listener: () => void): (() => void) => {
    // A listener that subscribes twice is two owners.
    const owner = () => listener()
    this.noticeLogOut()
    this.addListener(owner)
    enlist(this, true)
    this.#wasOwned = true
    this.#update()
    return () => {
      if (!this.removeListener(owner) || this.isOwned) return
      enlist(this, false)
      this.#since = logOuts
      this.entry?.leave(this)
    }
  }

  getSnapshot = (): FetchSnapshot<unknown> => {
    this.noticeLogOut()
    // A hook that comes back does not show what it had before it is known whose that was.
    if (this.#isOthers || (this.#hosted && !this.#isEarly && this.#isAway && this.#isOpen))
      this.entry = this.cell = this.held = undefined
    const entry = this.entry ?? this.#peeked
    const sees = this.entry ? this.sees : entry?.isShown === true
    if (sees) this.cell ??= entry?.kept.cell(this.options.codec)
    if (sees) this.count(entry)
    const isFetching = this.isJoined
      ? entry?.exchange !== undefined && !this.gaveUp
      : !this.entry && this.#willAsk(entry)
    const has = this.shownCell !== undefined || (!entry && this.initial !== undefined)
    // One that comes later is not shown what others have failed for: it asks.
    const error = this.entry?.error
    const kept = this.cell ? entry?.kept : this.held
    const seen = { entry, kept, cell: this.shownCell, error, has, data: this.shownData, isFetching }
    return (this.#shown = takeFetchSnapshot(this.#shown ?? this.#first, seen, this.watched))
  }

  /** What is kept already can be shown before its framework has subscribed. */
  get #peeked(): StoredEntry | undefined {
    return this.name?.naming === 'known' ? this.#desk.store.get(this.name.key) : undefined
  }

  protected get lastGiven(): FetchSnapshot<unknown> | undefined {
    return this.#shown
  }

  /** It asks as soon as it is mounted. */
  #willAsk(entry: StoredEntry | undefined): boolean {
    if (!this.#hosted || !this.name || !this.active || isHeld(this)) return false
    return entry?.kept.exists ? entry.isDue : !(this.initial !== undefined && (this.options.maxAge ?? 0) > 0)
  }

  /** While it was away, what it had has turned out to be for another hook alone. */
  get #isOthers(): boolean {
    const owner = this.entry?.owner
    return owner !== undefined && owner !== this && !this.isJoined
  }

  /** Functions say whose it is. */
  get #isOpen(): boolean {
    return this.name?.naming === 'open' || typeof this.options.headers === 'function'
  }

  getServerSnapshot = (): FetchSnapshot<unknown> => {
    const has = this.initial !== undefined
    const data = this.initial ?? this.folding?.data
    const isFetching = this.#willAsk(undefined)
    const none = { entry: undefined, kept: undefined, cell: undefined, error: undefined }
    const seen = { ...none, has, data, isFetching }
    return (this.#first ??= takeFetchSnapshot(undefined, seen, 0))
  }
}
