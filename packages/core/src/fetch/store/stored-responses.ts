import type { Environment } from '../../platform/environment.ts'
import { warnAboutStore } from '../../platform/request-warnings.ts'
import { isPromiseLike } from '../../shared/brand.ts'
import {
  type FetchStoreOptions,
  type Removal,
  type StoreAdapter,
  type StoreChange,
  type StoredHead,
  type StoredBody,
  type StoredResponse,
  keysBeyond,
  matchRemoval,
} from './stored-response.ts'

/** How long requests wait for the stored responses, and a log-out for their removal, in ms. */
const WAIT_LIMIT_MS = 1000
/** Responses are written together, so long after the first of them, in ms. */
const WRITE_DELAY_MS = 1000
/** Changes with the format of what is stored. */
const FORMAT = 1

type StoreSettings = {
  readonly [Name in 'version' | 'entries' | 'bytes' | 'maxAge']: NonNullable<FetchStoreOptions[Name]>
}

/** What a page knows of its store, and what it is about to write. */
export class StoredResponses {
  readonly settings: StoreSettings
  /** Called if the store has another epoch than this page knew, since another tab has logged out. */
  onOtherEpoch: ((epoch: string | undefined, known: string) => void) | undefined
  /** What is stored, by key, as far as this page knows. */
  readonly heads = new Map<string, StoredHead>()
  /** Another epoch in the store means that a tab has logged out. Undefined until it is loaded. */
  epoch: string | undefined
  readonly #adapter: StoreAdapter
  readonly #environment: Environment
  readonly #version: string
  /** The store cannot be used, or has another version. */
  #isOff = false
  /** Bodies from before this page, until they are restored. */
  readonly #bodies = new Map<string, StoredBody>()
  #changes = new Map<string, StoreChange>()
  #timer: unknown
  #checking: Promise<void> | undefined

  constructor(adapter: StoreAdapter, environment: Environment, settings: StoreSettings) {
    this.#adapter = adapter
    this.#environment = environment
    this.settings = settings
    this.#version = JSON.stringify([FORMAT, settings.version])
  }

  /** Loads what is stored. @returns a promise if it takes time, which is resolved after a second at the latest */
  load(onLoaded: () => void): Promise<void> | undefined {
    const take = ({ epoch, responses }: { epoch: string; responses: readonly StoredResponse[] }) => {
      // A log-out while it was loading has set another epoch.
      if (this.epoch === undefined) this.#takeLoaded(responses)
      this.epoch ??= epoch
      onLoaded()
      if (this.#changes.size > 0) this.#scheduleFlush()
    }
    try {
      const createEpoch = (before?: string) => this.createEpoch(logOutOf(before))
      const loading = this.#adapter.load(this.#version, createEpoch)
      if (isPromiseLike(loading))
        return this.#limit(loading.then(take).catch((cause: unknown) => this.#turnOff(cause)))
      take(loading)
    } catch (cause) {
      this.#turnOff(cause)
    }
    return undefined
  }

  #takeLoaded(responses: readonly StoredResponse[]): void {
    const oldest = this.#environment.now() - this.settings.maxAge
    for (const { head, body } of responses) {
      if (this.#changes.has(head.key)) continue
      if (head.receivedAt < oldest) this.change(head.key, {})
      else {
        this.heads.set(head.key, head)
        this.#bodies.set(head.key, body)
      }
    }
  }

  /** Waits for a promise, but not for ever. */
  #limit(promise: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#environment.setTimeout(resolve, WAIT_LIMIT_MS)
      void promise.finally(() => {
        this.#environment.clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Creates an epoch: the version, and the name of a log-out. */
  createEpoch(logOut = this.createId()): string {
    return `${this.#version} ${logOut}`
  }

  createId(): string {
    const { random, now } = this.#environment
    return `${now().toString(36)}.${random().toString(36).slice(2)}`
  }

  #turnOff(cause?: unknown): void {
    this.#isOff = true
    for (const all of [this.heads, this.#bodies, this.#changes]) all.clear()
    if (cause !== undefined) warnAboutStore(cause)
  }

  /** Whether responses from before this page are left. */
  get hasBodies(): boolean {
    return this.#bodies.size > 0
  }

  /** Takes out a response from before this page: it is restored once, since later the page itself knows better. */
  take(key = ''): StoredResponse | undefined {
    const head = this.heads.get(key)
    const body = this.#bodies.get(key)
    this.#bodies.delete(key)
    return head && body !== undefined ? { head, body } : undefined
  }

  markStale(key = ''): void {
    const head = this.heads.get(key)
    if (head && !head.isStale) this.change(key, { head: { ...head, isStale: true } })
  }

  change(key: string, change: StoreChange): void {
    if (this.#isOff) return
    const { head } = change
    if (head) this.heads.set(key, head)
    else this.heads.delete(key)
    // What is stored from before this page is outdated, unless only its head has changed.
    if (!head || change.body !== undefined) this.#bodies.delete(key)
    const body = change.body ?? (head && this.#changes.get(key)?.body)
    this.#changes.set(key, { ...change, body })
    this.#trimHeads()
    this.#scheduleFlush()
  }

  /** The store keeps no more either. */
  #trimHeads(): void {
    const { entries } = this.settings
    if (this.heads.size <= 2 * entries) return
    for (const key of keysBeyond([...this.heads.values()], { entries, bytes: Infinity })) {
      this.heads.delete(key)
      this.#bodies.delete(key)
    }
  }

  #scheduleFlush(): void {
    this.#timer ??= this.#environment.setTimeout(() => this.flush(), WRITE_DELAY_MS)
  }

  /** Writes now what would be written a little later. */
  flush(): void {
    this.#environment.clearTimeout(this.#timer)
    this.#timer = undefined
    const { epoch } = this
    // Without an epoch it is still loading.
    if (epoch === undefined || this.#changes.size === 0) return
    const changes = this.#changes
    this.#changes = new Map()
    void this.#attempt(
      () => this.#adapter.write(changes, epoch, this.settings),
      (hasWritten) => {
        if (!hasWritten) this.checkEpoch()
      },
    )
  }

  async #attemptLater<Result>(result: Promise<Result>, then: (result: Result) => void): Promise<void> {
    try {
      then(await result)
    } catch (cause) {
      warnAboutStore(cause)
    }
  }

  /** Calls the adapter. An error changes nothing for the page. */
  #attempt<Result>(
    run: () => Result | Promise<Result>,
    then: (result: Result) => void,
  ): Promise<void> | undefined {
    try {
      const result = run()
      if (result instanceof Promise) return this.#attemptLater(result, then)
      then(result)
    } catch (cause) {
      warnAboutStore(cause)
    }
    return undefined
  }

  /**
   * Compares the epoch with that in the store. This tab may have been frozen or asleep while another logged out.
   *
   * @param isShared a comparison that is in progress is enough
   */
  checkEpoch(isShared?: boolean): void {
    const known = this.epoch
    if (known === undefined || (isShared && this.#checking)) return
    const checking = this.#attempt(
      () => this.#adapter.readEpoch(),
      (read) => {
        if (this.epoch !== known || read === known) return
        const epoch = typeof read === 'string' ? read : undefined
        this.epoch = epoch ?? this.createEpoch()
        // The application has removed all that is stored.
        if (epoch === undefined) void this.remove({}, () => {})
        if (logOutOf(epoch) !== logOutOf(known)) this.onOtherEpoch?.(epoch, known)
        if (epoch !== undefined && !epoch.startsWith(this.#version)) this.#turnOff()
      },
    )
    this.#checking = checking
    void checking?.then(() => this.#checking === checking && (this.#checking = undefined))
  }

  /** Removes responses for all tabs. @param then is called with the new epoch and the one before */
  remove(
    removal: Removal,
    then: (epoch: string, from: string | undefined) => void,
  ): Promise<void> | undefined {
    this.#drop(removal)
    const from = this.epoch
    const epoch = (this.epoch = this.createEpoch())
    const removing = this.#attempt(
      () => this.#adapter.remove(matchRemoval(removal), epoch),
      () => then(epoch, from),
    )
    return removing && this.#limit(removing)
  }

  /** Another tab has removed responses. Also removes those that this page has written at the same time. */
  followRemoval(removal: Removal): void {
    const isMeant = matchRemoval(removal)
    const known = [...this.heads.values()].filter(({ key }) => isMeant(key))
    this.#drop(removal)
    for (const { key, id } of known) this.#changes.set(key, { onlyId: id })
    this.flush()
  }

  /** Forgets what this page knows and is about to write. */
  #drop(removal: Removal): void {
    const isMeant = matchRemoval(removal)
    for (const all of [this.heads, this.#bodies, this.#changes])
      for (const key of all.keys()) if (isMeant(key)) all.delete(key)
  }
}

/** The last part of an epoch, which names a log-out. */
const logOutOf = (epoch: string | undefined): string | undefined => / (\S+)$/.exec(epoch ?? '')?.[1]
