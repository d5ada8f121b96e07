import { TautlineError } from '../../shared/errors.ts'
import { hasUserKey } from '../../http/request-options.ts'
import { abort, execute } from '../observer/commands.ts'
import type { PageRequest } from './page-request.ts'
import type { PageSlot } from './page-slot.ts'
import { PageList } from './page-list.ts'
import { type PendingCommand, Walk } from './walk.ts'

/** Walks from page to page. */
export abstract class PageWalker extends PageList {
  /** The commands that wait for the page before the first one. It is fetched when there is no walk. */
  protected previousPending: PendingCommand[] = []
  protected previousSlot: PageSlot | undefined
  /** The page that could not be fetched. It stays subscribed to, since its request may be repeated automatically. */
  protected failed: { readonly slot: PageSlot; readonly target: number } | undefined
  /** Every response has another requester, as with signed headers, so requesters do not tell users apart. */
  #haveRequestersVaried = false
  #isAdvancing = false
  #mustAdvance = false

  protected abstract notify(mayDefer: boolean): void

  /** Whether the list is subscribed to its pages. */
  protected get isActive(): boolean {
    return this.hasListeners || this.walk !== undefined || this.previousSlot !== undefined
  }

  /** Starts a walk. One that is under way ends, and its promises wait for the new one. */
  protected replaceWalk(walk: Walk): void {
    if (this.walk) walk.pending.push(...this.walk.pending)
    this.walk = walk
    // The error of an outage stays until there is a page.
    if (!this.hasLoaded && walk.isCommand) this.error = undefined
  }

  protected startWalk(walk: Walk): void {
    this.replaceWalk(walk)
    this.advance()
  }

  protected get startRequest(): PageRequest {
    return this.shown[0]?.slot.request ?? this.first
  }

  /** Continues after a change, until a page has to be waited for. Calls inside of it continue the outer one. */
  protected advance(): void {
    this.#mustAdvance = true
    if (this.#isAdvancing) return
    this.#isAdvancing = true
    try {
      while (this.#mustAdvance) {
        this.#mustAdvance = false
        if (this.walk) this.#advanceWalk(this.walk)
        else if (this.previousPending.length > 0) this.#advancePrevious()
      }
    } finally {
      this.#isAdvancing = false
    }
  }

  #advanceWalk(walk: Walk): void {
    while (this.walk === walk) {
      const request = walk.slots.length < walk.target ? this.#requestAfter(walk) : undefined
      if (!request) return this.#finish(walk)
      const slot = (walk.current = this.slotFor(request))
      const isFirst = walk.slots.length === 0
      if (isFirst && !slot.isLeader) this.configure(slot, true)
      const snapshot = this.#request(slot, walk)
      if (snapshot.isFetching) return
      if (snapshot.error) return this.#fail(walk, slot, snapshot.error, snapshot.status === 'success')
      // It is disabled, aborted, or has no URL yet.
      if (snapshot.status !== 'success') return
      // A response without a body, such as 204, ends the list.
      if (snapshot.data === undefined) return this.#finish(walk)
      if (this.#hasOtherUser(walk, slot)) continue
      this.#add(walk, slot)
    }
  }

  #request(slot: PageSlot, walk: Walk) {
    slot.subscribe()
    const { isFetching, status, error } = slot.read()
    slot.isFetching = isFetching
    if (walk.mustExecute(slot, isFetching, status === 'success' && !error)) {
      walk.outdated.delete(slot)
      this.executeSlot(slot)
    }
    if (slot.isFetching) walk.requested.add(slot)
    return slot.read()
  }

  protected executeSlot(slot: PageSlot): void {
    execute(slot.observer).catch((cause: unknown) => {
      // Nothing was requested, for example without a URL. That is no error of the list.
      const { walk } = this
      const isAwaited = walk ? walk.current === slot : this.previousSlot === slot
      if (!isAwaited || slot.read().isFetching) return
      const pending = walk?.pending ?? this.previousPending
      if (walk) this.failed = { slot, target: walk.target }
      else this.previousPending = []
      this.previousSlot = undefined
      this.#end()
      for (const { reject } of pending) reject(cause)
      this.advance()
      this.notify(false)
    })
    slot.isFetching = slot.read().isFetching
  }

  #requestAfter(walk: Walk): PageRequest | undefined {
    const last = walk.slots.at(-1)
    if (!last) return walk.start
    const next = this.nextOf(walk.slots)
    if (!next) return undefined
    const at = this.shown.findIndex(({ slot }) => slot === last)
    const isSameLink = this.shown[at]?.nextKey === next.key
    const request = (isSameLink && this.shown[at + 1]?.slot.request) || next
    return walk.slots.some((slot) => slot.request.key === request.key) ? undefined : request
  }

  /** Starts again if the page belongs to another user than those before. */
  #hasOtherUser(walk: Walk, slot: PageSlot): boolean {
    const requester = walk.slots[0]?.requester
    if (requester === undefined || slot.requester === undefined || slot.requester === requester) return false
    if (this.#haveRequestersVaried || hasUserKey(this.options)) return false
    this.#haveRequestersVaried = walk.hasRestarted
    if (walk.hasRestarted) return false
    walk.restart()
    return true
  }

  #add(walk: Walk, slot: PageSlot): void {
    const before = this.shown[walk.slots.length]
    // What has changed in one page may have moved to or from the next ones.
    const hasChanged = before !== undefined && (before.slot !== slot || before.base !== slot.page)
    if (hasChanged && !walk.isByLinks) walk.isWhole = true
    walk.slots = [...walk.slots, slot]
    if (walk.slots.length >= this.shown.length) this.#commit(walk)
  }

  #commit(walk: Walk): void {
    const surplus = Math.max(0, walk.slots.length - this.maxPages)
    if (surplus > 0) {
      this.dropped = [...this.dropped, ...walk.slots.slice(0, surplus).map(({ request }) => request)]
      this.offset += surplus
      walk.slots = walk.slots.slice(surplus)
      walk.target -= surplus
    }
    this.hasLoaded = true
    this.isHeld = false
    this.rememberedCount = 1
    this.show(walk.slots)
  }

  #finish(walk: Walk): void {
    this.#commit(walk)
    this.error = this.failed = undefined
    this.isStaleOnError = false
    this.#end()
    for (const { resolve } of walk.pending) resolve(this.currentSnapshot().pages)
  }

  #fail(walk: Walk, slot: PageSlot, error: TautlineError, isStaleOnError: boolean): void {
    this.isHeld = walk.slots.length > 0 && walk.slots.length < this.shown.length
    this.error = error
    this.isStaleOnError = isStaleOnError
    this.failed = { slot, target: walk.target }
    this.#removeIfRejected(slot, error)
    this.#end()
    for (const { reject } of walk.pending) reject(error)
  }

  /** Removes all pages if the server has rejected the credentials for which they were sent. */
  #removeIfRejected({ observer }: PageSlot, error: TautlineError): void {
    const isRejection = error.code === 'provider' || (error.code === 'http' && error.status === 401)
    if (!isRejection || !observer.entry?.rejectionCount) return
    this.reset(true)
    this.failed = undefined
    this.error = error
  }

  #end(): void {
    this.walk = undefined
    this.releaseSlots()
    this.#mustAdvance = true
  }

  /** Unsubscribes from pages that are not needed. */
  protected releaseSlots(): void {
    const used = new Set(this.shown.map(({ slot }) => slot))
    for (const slot of [this.failed?.slot, this.previousSlot]) if (slot) used.add(slot)
    for (const [key, slot] of this.slots) {
      if (used.has(slot)) {
        if (!this.isActive) slot.unsubscribe()
        continue
      }
      slot.unsubscribe()
      this.slots.delete(key)
    }
  }

  #advancePrevious(): void {
    const request = this.previousRequest
    if (!request) return this.#endPrevious()
    const isNew = this.previousSlot?.request.key !== request.key
    const slot = (this.previousSlot = this.slotFor(request))
    slot.subscribe()
    const { isFetching, status, error } = slot.read()
    slot.isFetching = isFetching
    if (isNew && !isFetching && (status !== 'success' || error)) this.executeSlot(slot)
    const snapshot = slot.read()
    if (snapshot.isFetching) return
    if (snapshot.error) return this.#failPrevious(snapshot.error)
    if (snapshot.status !== 'success') return
    if (snapshot.data === undefined) return this.#endPrevious()
    this.#prepend(slot)
  }

  #prepend(slot: PageSlot): void {
    const slots = this.shown.map((page) => page.slot)
    const isDropped = !this.pageOptions.previous
    if (isDropped) this.dropped = this.dropped.slice(0, -1)
    this.offset--
    const isLinked = this.nextOf([slot])?.key === slots[0]?.request.key
    const target = Math.min(slots.length + 1, this.maxPages)
    this.#endPrevious(() => {
      if (isLinked || !isDropped) this.show([slot, ...slots].slice(0, target))
      // The page has changed since it was dropped, so the others follow its new link.
      else
        this.walk = new Walk({ start: slot.request, target, slots: [slot], isWhole: true, isCommand: true })
    })
  }

  #endPrevious(apply?: () => void): void {
    const pending = this.previousPending
    this.previousPending = []
    apply?.()
    this.previousSlot = undefined
    if (this.walk) {
      this.walk.pending.push(...pending)
      this.#mustAdvance = true
      return
    }
    this.error = this.failed = undefined
    this.isStaleOnError = false
    this.#end()
    for (const { resolve } of pending) resolve(this.currentSnapshot().pages)
  }

  #failPrevious(error: TautlineError): void {
    const pending = this.previousPending
    this.previousPending = []
    this.error = error
    this.isStaleOnError = false
    if (this.previousSlot) this.#removeIfRejected(this.previousSlot, error)
    this.previousSlot = undefined
    this.#end()
    for (const { reject } of pending) reject(error)
  }

  /** Aborts all requests. The pages from before stay. @param by 'component': the list leaves its pages */
  protected abortAll(by: 'user' | 'component'): void {
    const { walk } = this
    const pending = [...(walk?.pending ?? []), ...this.previousPending]
    const slots = [...this.slots.values()].filter((slot) => slot.isSubscribed)
    this.walk = this.previousSlot = undefined
    this.previousPending = []
    this.failed = by === 'user' && walk?.current ? { slot: walk.current, target: walk.target } : undefined
    for (const slot of slots) {
      if (by === 'user') abort(slot.observer)
      else slot.unsubscribe()
    }
    const error = new TautlineError('aborted', 'The request was aborted', { by })
    for (const { reject } of pending) reject(error)
  }
}
