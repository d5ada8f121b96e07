import { BaseObserver } from '../../observer/base-observer.ts'
import { isPausedForLogOut } from '../../observer/log-out-registry.ts'
import { resolveEnvironment } from '../../platform/browser.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import { callSafely } from '../../shared/safe-call.ts'
import { hasUserKey } from '../../http/request-options.ts'
import { cacheContextFor } from '../cache/cache-context.ts'
import type { CacheContext } from '../cache/types.ts'
import { replaceEqualDeep } from '../../shared/structural-sharing.ts'
import type { AnyFetchOptions } from '../options.ts'
import {
  computeRequestKey,
  isSameFunction,
  isSameRequestKey,
  mayBeSameRequester,
} from '../request/request-key.ts'
import type { RequestKey } from '../request/request-key.ts'
import { withDefaults } from '../request/merge-options.ts'
import { recall, remember } from './page-memory.ts'
import { toRequestOptions } from './page-options.ts'
import { type PageRequest, createPageRequest, resolvePageLink } from './page-request.ts'
import { PageSlot, TRACKED_PAGES_FIELDS } from './page-slot.ts'
import type { AnyFetchPagesOptions, AnyPagesSnapshot, PageContext, TrackedPagesField } from './types.ts'
import type { Walk } from './walk.ts'

/** A page that is on screen. */
export interface ShownPage {
  readonly slot: PageSlot
  /** What is shown: while a walk is under way, the page from before. */
  readonly data: unknown
  /** The `page` of the slot at that time. */
  readonly base: unknown
  /** The key of the request to which its link led at that time. */
  readonly nextKey: string | undefined
}

/** What links are read from. */
type LinkSource = Pick<PageSlot, 'page' | 'response'> & Partial<Pick<PageSlot, 'reportOnce'>>

const NO_PAGES: readonly unknown[] = Object.freeze([])

/** The state of a list: which pages it shows, and the walk that fetches others. */
export abstract class PageList extends BaseObserver<AnyFetchOptions, AnyPagesSnapshot> {
  url: UrlOption
  options: AnyFetchOptions
  pageOptions: AnyFetchPagesOptions
  shown: readonly ShownPage[] = []
  /** There was a response. */
  hasLoaded = false
  walk: Walk | undefined
  error: AnyPagesSnapshot['error']
  isStaleOnError = false
  /** A walk has failed after some pages were new: the pages from before stay until the next one succeeds. */
  isHeld = false
  /** The position of the first shown page. */
  offset = 0
  dropped: readonly PageRequest[] = []
  /** When a command was called last, in ms since the epoch. */
  protected executedAt = 0
  protected key: RequestKey | undefined
  protected first: PageRequest
  protected context: CacheContext
  protected readonly slots = new Map<string, PageSlot>()
  /** How many pages a list that comes back has, if its pages cannot be found before functions are called. */
  protected rememberedCount = 1
  /** The pages of the list before, for `keepPreviousData`. */
  protected previousPages: readonly unknown[] = NO_PAGES
  protected readonly tracked: Set<TrackedPagesField>
  /** A framework will subscribe: if enabled, the status is `pending` from the start. */
  protected readonly isFrameworkOwned: boolean
  #isRestored = false
  #initial: { readonly value: readonly unknown[]; readonly key: string | undefined } | undefined

  constructor(url: UrlOption, options: AnyFetchPagesOptions, isFrameworkOwned: boolean) {
    super(resolveEnvironment(options.environment))
    this.isFrameworkOwned = isFrameworkOwned
    this.tracked = new Set(isFrameworkOwned ? [] : TRACKED_PAGES_FIELDS)
    this.url = url
    this.pageOptions = options
    this.options = toRequestOptions(options)
    this.context = cacheContextFor(this.environment, options.cache)
    this.key = this.computeKey(url, this.options)
    this.first = createPageRequest(url, options, this.environment)
    this.#noteInitialData()
  }

  /** Handles a change of a page. */
  protected abstract onSlotChange(slot: PageSlot): void

  computeKey(url: UrlOption, options: AnyFetchOptions): RequestKey | undefined {
    const { environment } = this
    return url
      ? computeRequestKey({ url, options: withDefaults(url, options, environment) }, environment)
      : undefined
  }

  track(field: TrackedPagesField): void {
    this.tracked.add(field)
  }

  get isEnabled(): boolean {
    return this.key !== undefined && this.options.enabled !== false
  }

  get isPaused(): boolean {
    return isPausedForLogOut(this)
  }

  get maxPages(): number {
    return this.pageOptions.maxPages ?? Number.POSITIVE_INFINITY
  }

  /** Initial data belong to the list that they came with. */
  #noteInitialData(): void {
    const { initialData } = this.pageOptions
    if (!initialData) this.#initial = undefined
    else if (!this.#initial || replaceEqualDeep(this.#initial.value, initialData) !== this.#initial.value)
      this.#initial = { value: initialData, key: this.key?.key }
  }

  protected get initialPages(): readonly unknown[] {
    return this.#initial && this.#initial.key === this.key?.key ? this.#initial.value : NO_PAGES
  }

  /** Applies new options of the same list. */
  protected updateOptions(url: UrlOption, options: AnyFetchPagesOptions): void {
    this.url = url
    this.pageOptions = options
    this.options = toRequestOptions(options)
    this.#noteInitialData()
    this.first = createPageRequest(url, options, this.environment)
    for (const slot of this.slots.values()) this.configure(slot)
  }

  /** Starts with another list. */
  protected replaceList(url: UrlOption, options: AnyFetchPagesOptions, key: RequestKey | undefined): void {
    const previousPages = this.pagesFor(url, options, key)
    this.save()
    this.reset()
    this.previousPages = previousPages
    this.key = key
    this.context = cacheContextFor(this.environment, options.cache)
    this.updateOptions(url, options)
  }

  /** The pages that stay visible for these new options; none of another user. */
  protected pagesFor(
    url: UrlOption,
    options: AnyFetchPagesOptions,
    key: RequestKey | undefined,
  ): readonly unknown[] {
    if (!options.keepPreviousData) return NO_PAGES
    const { environment } = this
    // Another headers function may belong to another user, unless a `key` separates users. It may be a provider's.
    const { headers } = withDefaults(url, options, environment)
    const { headers: before } = withDefaults(this.url, this.options, environment)
    const mayDiffer =
      typeof headers === 'function' && !isSameFunction(headers, before) && !hasUserKey(options)
    const isSameUser = mayBeSameRequester(this.key?.requester ?? '', key?.requester ?? '')
    return mayDiffer || !isSameUser ? NO_PAGES : this.shownPages
  }

  /** Removes all pages. @param isRestored those of the cache and `initialData` are not shown again */
  protected reset(isRestored = false): void {
    const { slots } = this
    for (const slot of slots.values()) slot.unsubscribe()
    slots.clear()
    this.shown = this.dropped = []
    this.previousPages = NO_PAGES
    this.offset = 0
    this.rememberedCount = 1
    this.error = undefined
    this.hasLoaded = this.isHeld = this.isStaleOnError = false
    this.#isRestored = isRestored
  }

  /** Remembers which pages are shown, for a component that comes back. */
  protected save(): void {
    const { key, shown, url, options, offset, dropped } = this
    if (!key || shown.length === 0) return
    const requests = shown.map(({ slot }) => slot.request)
    const nextKeys = shown.map(({ nextKey }) => nextKey)
    remember(this.context, key.key, { url, options }, { requests, nextKeys, offset, dropped })
  }

  /** Shows the pages that are in the cache, without requesting any. */
  protected restore(): void {
    if (this.#isRestored || !this.key) return
    this.#isRestored = true
    const { key, url, options, initialPages } = this
    // Without sharing, the responses are not in the cache either.
    const memory = key.kind === 'unshared' ? undefined : recall(this.context, key.key, { url, options })
    const requests = memory?.requests ?? [this.first]
    const count = Math.min(memory?.requests.length ?? (initialPages.length || 1), this.maxPages)
    const found: PageSlot[] = []
    let request: PageRequest | undefined = requests[0]
    while (request && found.length < count) {
      const slot = this.slotFor(request, memory ? undefined : initialPages[found.length])
      if (slot.read().data === undefined) break
      const index = found.push(slot)
      const next = this.nextOf(found, memory?.offset)
      if (!memory) request = next
      else request = next?.key === memory.nextKeys[index - 1] ? requests[index] : undefined
    }
    if (memory && found.length > 0) {
      this.offset = memory.offset
      this.dropped = memory.dropped
    } else if (memory?.offset === 0 && key.kind !== 'static') this.rememberedCount = count
    this.show(found)
    this.hasLoaded = found.length > 0
  }

  /** Returns the slot of a request, which is created if needed. It is not subscribed to. */
  slotFor(request: PageRequest, initialPage?: unknown): PageSlot {
    const existing = this.slots.get(request.key)
    if (existing) return existing
    const slot = new PageSlot(request, this.optionsFor(request, false), initialPage, (changed) =>
      this.onSlotChange(changed),
    )
    this.slots.set(request.key, slot)
    return slot
  }

  /** @param isLeader its request is repeated automatically, and then the list follows it */
  protected optionsFor({ query }: PageRequest, isLeader: boolean): AnyFetchOptions {
    const { refetchInterval, refetchOnFocus, refetchOnReconnect, ...others } = this.options
    // False applies to every page: it is not refetched after an outage.
    const automatic = isLeader
      ? { refetchInterval, refetchOnFocus, refetchOnReconnect }
      : {
          refetchInterval: refetchInterval && undefined,
          refetchOnFocus: refetchOnFocus && undefined,
          refetchOnReconnect: refetchOnReconnect && undefined,
        }
    return { ...others, ...automatic, query, notify: 'sync', keepPreviousData: false }
  }

  protected configure(slot: PageSlot, isLeader = slot.isLeader): void {
    const { request } = slot
    slot.isLeader = isLeader
    slot.setOptions(
      typeof request.url === 'function' ? this.url : request.url,
      this.optionsFor(request, isLeader),
    )
  }

  /** Shows the pages of these slots. */
  show(slots: readonly PageSlot[]): void {
    this.shown = slots.map((slot, index): ShownPage => {
      const { data } = slot.read()
      const nextKey = this.nextOf(slots.slice(0, index + 1))?.key
      return { slot, data, base: slot.page, nextKey }
    })
    for (const [index, slot] of slots.entries())
      if (slot.isLeader !== (index === 0)) this.configure(slot, index === 0)
  }

  /** The request after the last of these pages. */
  nextOf(slots: readonly LinkSource[], offset = this.offset): PageRequest | undefined {
    const slot = slots.at(-1)
    const index = offset + slots.length - 1
    return slot && this.#follow('next', slot, { pages: slots.map(({ page }) => page), index })
  }

  /** The request before the first shown page. */
  get previousRequest(): PageRequest | undefined {
    const [first] = this.shown
    if (!first || !this.pageOptions.previous) return first && this.dropped.at(-1)
    const { slot } = first
    const request = this.#follow('previous', slot, { pages: [slot.page], index: this.offset })
    return request && this.#isShown(request) ? undefined : request
  }

  /** The request after the last shown page. */
  get nextRequest(): PageRequest | undefined {
    const request = this.nextOf(this.shown.map(({ slot }) => slot))
    return request && this.#isShown(request) ? undefined : request
  }

  /** A page that links to one of those before it would show that one twice. */
  #isShown({ key }: PageRequest): boolean {
    return this.shown.some(({ slot }) => slot.request.key === key)
  }

  #follow(
    direction: 'next' | 'previous',
    slot: LinkSource,
    position: Pick<PageContext<unknown>, 'pages' | 'index'>,
  ): PageRequest | undefined {
    const getLink = this.pageOptions[direction]
    if (!getLink) return undefined
    const { page, response } = slot
    const { environment } = this
    // It is called in every render, but reported once.
    const reporter = {
      reportError: (error: unknown) => slot.reportOnce?.(() => environment.reportError(error)),
    }
    const link = callSafely(() => getLink(page, { ...position, response, direction }), reporter, direction)
    const list = createPageRequest(this.url, this.options, environment)
    return callSafely(() => resolvePageLink(link, list, response, environment), reporter)
  }

  get shownPages(): readonly unknown[] {
    return this.shown.length > 0 || this.hasLoaded ? this.shown.map(({ data }) => data) : this.previousPages
  }

  protected isSameList(key: RequestKey | undefined): boolean {
    return isSameRequestKey(key, this.key)
  }
}
