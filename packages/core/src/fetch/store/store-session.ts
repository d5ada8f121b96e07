import { isArrayBuffer } from '../../shared/brand.ts'
import { pageEventsOf } from '../../platform/page-events.ts'
import type { PageEvent } from '../../platform/environment.ts'
import { warnAboutUnstoredHeader } from '../../platform/request-warnings.ts'
import { type LogOutScope, forgetScope, pauseForLogOut } from '../../observer/log-out-registry.ts'
import { CacheEntry } from '../cache/cache-entry.ts'
import { invalidateEntry } from '../cache/match-entry.ts'
import type { CacheContext, StoredEntry } from '../cache/types.ts'
import type { Invalidation } from '../options.ts'
import type { RawResponse, Timing } from '../request/send-request.ts'
import { type LogOutMessage, openLogOutChannel } from './log-out-channel.ts'
import { fillEntry, sourceOf, takeFilled } from './restore.ts'
import { type StoredHead, type StoredResponse, parseKey, storedHeaders } from './stored-response.ts'
import type { StoredResponses } from './stored-responses.ts'

/** Connects the cache of one page to its store. */
export class StoreSession {
  readonly #context: CacheContext
  readonly #stored: StoredResponses
  readonly #channelName: string
  #channel: ReturnType<typeof openLogOutChannel>
  /** Invalidations before the store was loaded. */
  #earlyInvalidations: (readonly Invalidation[])[] = []
  readonly #watched = new WeakSet<StoredEntry>()
  /** Another tab has logged out: that is not reported back. */
  #isFollowing = false
  /** What other tabs have done, by the epoch before. */
  readonly #messages = new Map<string | undefined, LogOutMessage>()
  /** The number of entries with observers. */
  #retained = 0
  #unlisten: (() => void) | undefined

  constructor(context: CacheContext, stored: StoredResponses, channelName: string) {
    this.#context = context
    this.#stored = stored
    this.#channelName = channelName
  }

  start(): void {
    const context = this.#context
    this.#extendContext()
    this.#openChannel()
    this.#stored.onOtherEpoch = (epoch, known) => {
      for (const message of this.#takeMessages(known, epoch)) this.#follow(message)
    }
    const ready = this.#stored.load(() => this.#onLoaded())
    context.ready = ready?.then(() => void (context.ready = undefined))
  }

  /** The store takes part in what the cache does. */
  #extendContext(): void {
    const context = this.#context
    const { store, clear, forget, invalidate, retain } = context
    const { get, pin } = store
    store.get = (key, hasInitialData) => {
      // Without observers it has not listened: the page may have slept.
      if (this.#retained === 0 && !this.#isFollowing) this.#stored.checkEpoch(true)
      return get(key) ?? (hasInitialData ? undefined : this.#restore(key))
    }
    context.retain = (change) => {
      retain(change)
      this.#retained += change
      this.#updateListening()
    }
    store.pin = (entry) => {
      this.#watch(entry)
      pin(entry)
    }
    context.clear = (prefix) => {
      clear.call(context, prefix)
      void this.#remove({ prefix, isClear: true })
    }
    context.forget = (scope, isOver) => {
      void forget.call(context, scope, isOver)
      return this.#isOwnScope(scope) ? this.#remove({ key: scope.key, isClear: false }) : undefined
    }
    context.invalidate = (targets, deletedHref) => {
      invalidate.call(context, targets, deletedHref)
      this.#invalidate(targets)
    }
  }

  #isOwnScope({ cache, environment }: LogOutScope): boolean {
    const isCacheMeant = cache === undefined || cache === this.#context.cache
    return isCacheMeant && (environment === undefined || environment === this.#context.environment)
  }

  /** Listens to the page while entries have observers, as the cache does. */
  #updateListening(): void {
    const { environment } = this.#context
    if (this.#retained > 0)
      this.#unlisten ??= pageEventsOf(environment).listen((pageEvent) => this.#onPageEvent(pageEvent))
    else {
      this.#unlisten?.()
      this.#unlisten = undefined
      this.#stored.flush()
    }
  }

  #openChannel(): void {
    this.#channel ??= openLogOutChannel(this.#channelName, (message) => {
      this.#messages.set(message.from, message)
      this.#stored.checkEpoch()
    })
  }

  #onPageEvent(pageEvent: PageEvent): void {
    if (pageEvent === 'hidden' || pageEvent === 'pagehide') this.#stored.flush()
    else if (pageEvent !== 'online' && pageEvent !== 'offline') this.#stored.checkEpoch()
    if (pageEvent === 'pageshow') this.#openChannel()
    if (pageEvent !== 'pagehide') return
    // An open channel may keep a page out of the back/forward cache.
    this.#channel?.close()
    this.#channel = undefined
  }

  #onLoaded(): void {
    // Another tab has logged out meanwhile: before or after this one has read the store.
    if (this.#messages.size > 0) this.#stored.checkEpoch()
    for (const targets of this.#earlyInvalidations) this.#invalidate(targets)
    this.#earlyInvalidations = []
    for (const entry of this.#context.store.all()) this.#restoreInto(entry)
  }

  /** Returns an entry with the stored response. */
  #restore(cacheKey: string): StoredEntry | undefined {
    if (!this.#stored.hasBodies) return undefined
    const { requester, stored: storedKey } = parseKey(cacheKey)
    const stored = this.#stored.take(storedKey)
    if (!stored) return undefined
    const key = { kind: 'static', key: cacheKey, requester, isResolved: true } as const
    const entry = new CacheEntry(this.#context, key, true, sourceOf(stored.head, this.#context.cache))
    if (!this.#fill(entry, stored)) return undefined
    this.#watch(entry)
    this.#context.store.unpin(entry, true)
    return entry
  }

  /** Shows the stored response in an entry that was created before the store was loaded. */
  #restoreInto(entry: StoredEntry): void {
    const isEmpty = !entry.cached.exists && entry.settledAt === 0 && !entry.isEvicted
    const key = isEmpty ? this.#storedKeyOf(entry) : undefined
    const stored = key === undefined ? undefined : this.#stored.take(key)
    if (stored && this.#fill(entry, stored)) takeFilled(entry)
  }

  #fill(entry: StoredEntry, { head, body }: StoredResponse): boolean {
    const remove = () => this.#stored.change(head.key, {})
    const isFilled = fillEntry(entry, head, body, remove)
    if (!isFilled) remove()
    return isFilled
  }

  /** Observes what happens to the response of an entry. */
  #watch(entry: StoredEntry): void {
    if (this.#watched.has(entry)) return
    this.#watched.add(entry)
    const { cached } = entry
    const { setResponse, markRevalidated, invalidate, drop } = cached
    cached.setResponse = (response, usedCodecs) => {
      setResponse.call(cached, response, usedCodecs)
      this.#save(entry, response, { raw: response.raw })
    }
    cached.markRevalidated = (response) => {
      markRevalidated.call(cached, response)
      this.#save(entry, response)
    }
    cached.invalidate = () => {
      invalidate.call(cached)
      this.#stored.markStale(this.#storedKeyOf(entry))
    }
    cached.drop = () => {
      drop.call(cached)
      const key = this.#storedKeyOf(entry)
      if (key !== undefined) this.#stored.change(key, {})
    }
  }

  /** The key of an entry that other observers find by its key. */
  #storedKeyOf(entry: StoredEntry): string | undefined {
    if (entry.key !== entry.resolvedKey || entry.isEvicted) return undefined
    const { stored, refusedHeader } = parseKey(entry.key)
    if (refusedHeader !== undefined) warnAboutUnstoredHeader(refusedHeader)
    return stored
  }

  /** @param body undefined: it is the same as before */
  #save(entry: StoredEntry, timing: Timing, body?: Pick<RawResponse, 'raw'>): void {
    const key = this.#storedKeyOf(entry)
    if (key === undefined) return this.#removeUnshared(entry)
    const { response, freshness, bytes: size } = entry.cached
    const { settings, heads } = this.#stored
    const id = body ? this.#stored.createId() : heads.get(key)?.id
    const raw = body?.raw
    const isBody = typeof raw === 'string' || isArrayBuffer(raw)
    const hasSpace = size <= settings.bytes && settings.entries > 0
    const mayStore = freshness?.isStorable === true && hasSpace && (isBody || !body)
    if (!response || !mayStore) return this.#stored.change(key, {})
    if (id === undefined) return
    const { requestedAt, receivedAt } = timing
    const { status, url } = response
    const times = { requestedAt, receivedAt, size, isStale: false }
    const headers = storedHeaders(response.headers)
    const head = { key, id, ...times, status, url, headers, source: describeSource(entry) }
    this.#stored.change(key, isBody ? { head, body: raw } : { head })
  }

  /** Removes what is stored for a key whose response turns out to vary by headers outside the key. */
  #removeUnshared({ resolvedKey, context }: StoredEntry): void {
    if (resolvedKey === undefined || context.mayRevalidate(resolvedKey)) return
    const { stored } = parseKey(resolvedKey)
    if (stored !== undefined) this.#stored.change(stored, {})
  }

  /** Marks stored responses as stale, also those that this page has not requested. */
  #invalidate(targets: readonly Invalidation[]): void {
    if (this.#stored.epoch === undefined) this.#earlyInvalidations.push(targets)
    for (const head of this.#stored.heads.values()) {
      const key = { kind: 'unshared', key: '', requester: '', isResolved: false } as const
      const entry = new CacheEntry(this.#context, key, false, sourceOf(head, this.#context.cache))
      entry.href = head.source.href
      entry.invalidate = () => this.#stored.markStale(head.key)
      invalidateEntry(entry, targets, undefined)
    }
  }

  /** Removes stored responses, for all tabs. */
  #remove(removal: Omit<LogOutMessage, 'epoch' | 'from'>): Promise<void> | undefined {
    if (!this.#isFollowing)
      return this.#stored.remove(removal, (epoch, from) => this.#channel?.post({ epoch, from, ...removal }))
    this.#stored.followRemoval(removal)
    return undefined
  }

  /** Returns what other tabs have done between two epochs. If a message is missing, all users are forgotten. */
  #takeMessages(known: string, epoch: string | undefined): readonly Partial<LogOutMessage>[] {
    const taken: LogOutMessage[] = []
    for (let from = known; from !== epoch;) {
      const message = this.#messages.get(from)
      if (!message) return [{}]
      this.#messages.delete(from)
      taken.push(message)
      from = message.epoch
    }
    return taken
  }

  /** Does what another tab has done. Without a message, it forgets all users. */
  #follow({ key, prefix, isClear = false }: Partial<LogOutMessage>): void {
    const { cache, environment } = this.#context
    const scope = { key, cache, environment }
    this.#isFollowing = true
    const resume = pauseForLogOut(scope)
    try {
      if (isClear) this.#context.clear(prefix)
      else void forgetScope(scope, true)
    } finally {
      this.#isFollowing = false
      resume()
    }
  }
}

function describeSource(entry: StoredEntry): StoredHead['source'] {
  const { url, options } = entry.primarySource()
  const { baseUrl, key, providerKey } = options
  const all = [options, ...Array.from(entry.observers, (observer) => observer.options)]
  return {
    href: entry.href,
    url: typeof url === 'function' ? undefined : String(url),
    baseUrl: baseUrl && String(baseUrl),
    tags: [...new Set(all.flatMap(({ tags = [] }) => tags))],
    key,
    providerKey,
  }
}
