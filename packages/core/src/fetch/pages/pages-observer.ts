import type { UrlOption } from '../../shared/attempt.ts'
import { mayHaveChanged } from '../../connection/identity.ts'
import { SAME_HANDLER_MS } from '../observer/data-observer.ts'
import { KEY_OPTIONS, type RequestKey } from '../request/request-key.ts'
import type { PageSlot } from './page-slot.ts'
import { PageWalker } from './page-walker.ts'
import { createPagesSnapshot } from './snapshot.ts'
import type { AnyFetchPagesOptions, AnyPagesSnapshot } from './types.ts'
import { type PendingCommand, Walk } from './walk.ts'

/** What one component sees of a list of pages. */
export class PagesObserver extends PageWalker {
  onUnownedChange: (() => void) | undefined
  #serverSnapshot: AnyPagesSnapshot | undefined
  #notified: AnyPagesSnapshot | undefined

  setOptions(url: UrlOption, options: AnyFetchPagesOptions = {}): void {
    if (url === this.url && options === this.pageOptions) return
    this.forgetIfLoggedOut()
    const mayMove = url !== this.url || mayHaveChanged(KEY_OPTIONS, this.pageOptions, options)
    const key = mayMove ? this.computeKey(url, options) : this.key
    const wasEnabled = this.isEnabled
    if (this.isSameList(key)) {
      this.updateOptions(url, options)
      if (!wasEnabled && this.isEnabled) this.#load()
    } else {
      const walk = this.#executedFor(key)
      const pending = walk?.pending.splice(0) ?? []
      this.abortAll('component')
      this.replaceList(url, options, key)
      this.#load()
      if (walk && pending.length > 0) this.#continue(walk, pending)
    }
    this.advance()
    this.notify(false)
  }

  /**
   * The walk of a command in the handler that has changed the list, as in `setQuery(x); refetch()`. The page after the
   * pages of the list before is none of the new one.
   */
  #executedFor(key: RequestKey | undefined): Walk | undefined {
    const isSameUser = key !== undefined && key.requester === this.key?.requester
    const isRecent = this.environment.now() - this.executedAt <= SAME_HANDLER_MS
    return isSameUser && isRecent && this.walk?.isNext === false ? this.walk : undefined
  }

  /** Requests the first pages of another list for the commands that wait. */
  #continue({ isForced, isWhole }: Walk, pending: readonly PendingCommand[]): void {
    const target = Math.max(1, this.shown.length)
    const walk = new Walk({ start: this.startRequest, target, isForced, isWhole, isCommand: true })
    walk.pending.push(...pending)
    this.replaceWalk(walk)
  }

  /** The snapshot for a render with these arguments, before `setOptions` gets them. Undefined for the same list. */
  preview(url: UrlOption, options: AnyFetchPagesOptions = {}): AnyPagesSnapshot | undefined {
    const isUnchanged = url === this.url && !mayHaveChanged(KEY_OPTIONS, this.pageOptions, options)
    if (isUnchanged || this.isSameList(this.computeKey(url, options))) return undefined
    const next = new PagesObserver(url, options, true)
    next.previousPages = this.pagesFor(url, options, next.key)
    return next.currentSnapshot()
  }

  forget(): void {
    this.abortAll('component')
    this.reset()
    this.notify(false)
  }

  resume(): void {
    this.#load()
    this.notify(false)
  }

  protected onListenersChange(): void {
    this.#notified ??= this.currentSnapshot()
    if (this.hasListeners) return this.#load()
    this.save()
    this.abortAll('component')
    queueMicrotask(() => this.#onLeft())
  }

  /** Removes the pages if functions may return the headers of another user when the list comes back. */
  #onLeft(): void {
    if (this.isActive || !this.isFrameworkOwned || this.key?.isResolved) return
    this.reset()
    this.#notified = undefined
  }

  /** Fetches or revalidates the pages, one after the other, if the list is subscribed to and enabled. */
  #load(): void {
    if (!this.hasListeners || !this.key || this.isPaused) return
    this.restore()
    this.error = undefined
    if (!this.isEnabled) for (const { slot } of this.shown) slot.subscribe()
    else if (this.walk) {
      this.walk.slots = []
      this.advance()
    } else {
      const target = Math.max(this.shown.length, this.rememberedCount)
      this.startWalk(new Walk({ start: this.startRequest, target }))
    }
  }

  protected onSlotChange(slot: PageSlot): void {
    const wasFetching = slot.isFetching
    const { isFetching, error, status } = slot.read()
    slot.isFetching = isFetching
    if (isFetching && !wasFetching) this.#onRequest(slot)
    if (wasFetching && !isFetching && status === 'success' && !error) this.walk?.onSettled(slot)
    this.advance()
    this.updateShown()
    this.notify(true)
  }

  /** A page is requested, perhaps by itself or by another component. Then the pages after it are fetched as needed. */
  #onRequest(slot: PageSlot): void {
    const { walk } = this
    const { refetchInterval, refetchOnFocus, refetchOnReconnect } = this.options
    // 0 and false are no interval.
    const isAutomatic = !!(refetchInterval || refetchOnFocus || refetchOnReconnect)
    const isWhole = isAutomatic && slot === this.shown[0]?.slot
    const index = (walk?.slots ?? this.shown.map((page) => page.slot)).indexOf(slot)
    if (walk && index >= 0) {
      walk.slots = walk.slots.slice(0, index)
      walk.isWhole ||= isWhole
    } else if (!walk && this.hasListeners) {
      const start = this.startRequest
      if (index >= 0) this.startWalk(new Walk({ start, target: this.shown.length, isWhole }))
      else if (this.failed?.slot === slot) this.startWalk(new Walk({ start, target: this.failed.target }))
    }
  }

  /** Shows changes of single pages, such as optimistic updates. The pages of a walk are shown together. */
  protected updateShown(): void {
    const { walk, shown } = this
    if (this.isHeld || (walk && walk.slots.length < shown.length)) return
    const next = shown.map((page) => {
      const { data } = page.slot.read()
      return data === undefined || data === page.data ? page : { ...page, data }
    })
    if (next.some((page, index) => page !== shown[index])) this.shown = next
  }

  currentSnapshot(): AnyPagesSnapshot {
    this.forgetIfLoggedOut()
    this.restore()
    const retrying = this.#retrying
    return (this.lastSnapshot = createPagesSnapshot(
      this.lastSnapshot ?? this.#serverSnapshot,
      {
        pages: this.shownPages,
        error: this.error,
        isStaleOnError: this.isStaleOnError,
        hasLoaded: this.hasLoaded,
        isFetching: this.#isFetching,
        isFetchingNext: this.walk?.isNext === true,
        isFetchingPrevious: this.previousPending.length > 0,
        hasNext: this.nextRequest !== undefined,
        hasPrevious: this.previousRequest !== undefined,
        response: this.shown.at(-1)?.slot.response,
        failure: retrying?.failure,
        attempt: retrying?.attempt ?? 0,
        retryAt: retrying?.retryAt,
        waitingFor: retrying?.waitingFor,
      },
      this.tracked,
    ))
  }

  get #isFetching(): boolean {
    const shown = this.shown.map(({ slot }) => slot)
    const isNew = this.isFrameworkOwned && !this.#notified && this.isEnabled && !this.isPaused
    // Before the framework subscribes, an observer tells whether it will send a request.
    if (isNew) return (shown.length > 0 ? shown : [this.slotFor(this.first)]).some(isSlotFetching)
    return this.#requests.some(({ isFetching }) => isFetching)
  }

  /** The states of the requests that this list may wait for. */
  get #requests() {
    const slots = [this.walk?.current, this.previousSlot, ...this.shown.map(({ slot }) => slot)]
    return slots.flatMap((slot) => (slot?.isSubscribed ? slot.read() : []))
  }

  /** The request whose last attempt has failed, or which waits. */
  get #retrying() {
    return this.#requests.find(({ attempt, waitingFor }) => attempt > 0 || waitingFor)
  }

  protected serverSnapshot(): AnyPagesSnapshot {
    const pages = this.initialPages
    const hasLoaded = pages.length > 0
    const source = {
      pages: pages.slice(),
      error: undefined,
      isStaleOnError: false,
      hasLoaded,
      isFetching: this.isEnabled && !(hasLoaded && (this.options.maxAge ?? 0) > 0),
      isFetchingNext: false,
      isFetchingPrevious: false,
      hasNext: this.nextOf(pages.map((page) => ({ page, response: undefined }))) !== undefined,
      hasPrevious: false,
      response: undefined,
      failure: undefined,
      attempt: 0,
      retryAt: undefined,
      waitingFor: undefined,
    }
    return (this.#serverSnapshot ??= createPagesSnapshot(undefined, source, this.tracked))
  }

  protected notifyIfChanged(): void {
    const next = this.currentSnapshot()
    if (next === this.#notified) return
    this.#notified = next
    if (this.hasListeners) this.notifyListeners()
    else this.onUnownedChange?.()
  }

  /** @param mayDefer false after a command, whose effect listeners see at once */
  notify(mayDefer: boolean): void {
    if (mayDefer && this.hasListeners) this.scheduleNotify()
    else this.notifyIfChanged()
  }
}

const isSlotFetching = (slot: PageSlot): boolean => slot.read().isFetching
