import { Exchange } from '../request/retrying-request.ts'
import type { ExchangeParts } from '../request/types.ts'
import { forgetRequest } from './forget-entries.ts'
import { KeptAnswer } from './cached-response.ts'
import { admit, describeFor } from './entry-identity.ts'
import { isSafe } from '../options.ts'
import { FetchRefresh, isRefreshing } from './auto-refetch.ts'
import { policyFor } from '../request/prepared-request.ts'
import { type Name, unnamedKey } from '../request/request-key.ts'
import type { Asked, Desk, EntryExchange, FetchPort, StoredEntry } from './types.ts'
import { settle } from './settle.ts'
import { type Awaited, Waiters } from './pending-promises.ts'
import type { Progress } from '../request/send-request.ts'
import { tellAll } from '../../shared/safe-call.ts'

export const NOTHING_YET: Progress = Object.freeze({ sent: 0, received: 0, total: undefined })

/** What is asked under one key: the hooks that share it, the request that is under way, and what came of the last one. */
export class FetchEntry implements StoredEntry {
  key: string
  naming: Name['naming']
  readonly desk: Desk
  readonly kept: KeptAnswer
  readonly ports = new Set<FetchPort>()
  exchange: EntryExchange | undefined
  error: Error | undefined
  progress = NOTHING_YET
  /** What was asked for; '' until it was. */
  href = ''
  /** What is kept stands in for the answer that has failed. */
  isExcused = false
  /** All that was kept has been forgotten: it stays where it is shown, for no one else. */
  isRetired = false
  /** When the last request came to its end, by the wall clock, in ms. */
  settledAt = 0
  /** By what its responses are known; undefined until functions have been asked. */
  identity: string | undefined
  /** Who asks. */
  who: string | undefined
  /** What is here depends on headers that are no part of its key: it is for this hook alone. */
  owner: FetchPort | undefined
  readonly waiters: Waiters<FetchPort, StoredEntry> = new Waiters<FetchPort, StoredEntry>(this)
  #lead: Asked
  #refresh: FetchRefresh | undefined

  /** @param isShared it is found by its name; else it is private to its hook */
  constructor(desk: Desk, { naming, key, who, isFixed }: Name, isShared: boolean, lead: Asked) {
    this.desk = desk
    this.key = isShared ? key : unnamedKey()
    this.naming = isShared || naming === 'open' ? naming : 'private'
    if (isFixed) Object.assign(this, { identity: key, who })
    this.#lead = lead
    this.kept = new KeptAnswer(desk.environment.reportError)
  }

  get isSafe(): boolean {
    return isSafe(this.#lead.options)
  }

  /** May somebody who comes now see what is kept? */
  get isShown(): boolean {
    const until = this.kept.freshness?.shownUntil ?? 0
    return this.desk.environment.now() < until
  }

  /** Would somebody who comes now have it asked for? */
  get isDue(): boolean {
    return !(this.isShown && this.kept.isFresh(this.desk.environment.now()))
  }

  /** @param back it comes back to what it has shown, or asked for, already: nothing is asked for it */
  join(port: FetchPort, back = false): void {
    if (this.ports.size === 0) {
      if (!this.isRetired) this.desk.store.hold(this)
      this.desk.attend(1)
      // Nobody has been shown it any more.
      if (!back) this.error = undefined
    }
    this.ports.add(port)
    port.sees = this.isShown || (back && this.kept.exists)
    port.gaveUp = false
    this.settle(port)
    if (!back) this.want(port)
  }

  /** Asks, where this hook wants it and what is kept is not fresh. */
  want(port: FetchPort): void {
    if (port.active && !this.exchange && (this.isDue || !port.sees)) this.ask()
  }

  /**
   * A microtask later nobody may have come in its place: then the request is given up, and what is kept rests.
   *
   * @param isAwaited its promises still get their response
   */
  leave(port: FetchPort, isAwaited = !this.isSafe): void {
    if (this.ports.delete(port) && this.ports.size === 0) this.desk.attend(-1)
    // What changes something goes on: who has asked for it is told.
    if (!isAwaited) this.waiters.dismiss(port, 'component')
    this.kept.keepOnly(() => new Set([port.cell, ...Array.from(this.ports, ({ cell }) => cell)]))
    this.settle(port)
    // What has not been sent yet need not wait.
    if (!this.exchange?.sent) this.stopUnwanted()
    queueMicrotask(() => {
      port.left(this)
      this.stopUnwanted()
      this.rest()
    })
  }

  /** Nobody is here, and nothing is under way: what is kept waits for who comes later. */
  rest(): void {
    if (this.ports.size > 0 || this.exchange) return
    this.#refresh?.stop()
    const isNamed = this.key === this.identity
    this.desk.store.release(this, isNamed && !this.isRetired && this.kept.freshness?.kept === true)
  }

  /** Nobody waits for it any more: what is under way is given up. */
  stopUnwanted(): void {
    if (!this.exchange) return
    const isWanted = this.waiters.size > 0 || [...this.ports].some(({ active, gaveUp }) => active && !gaveUp)
    if (!isWanted) this.stop()
  }

  /** A hook wants answers by itself, or does so no more. */
  reconsider(port: FetchPort): void {
    this.settle()
    this.want(port)
    this.stopUnwanted()
  }

  /** Gives the request up for one hook, and ends it where no other waits for it. */
  giveUp(port: FetchPort): void {
    if (!this.exchange) return
    port.gaveUp = true
    this.waiters.dismiss(port, 'user')
    const others = [...this.ports].some((other) => other !== port && other.active && !other.gaveUp)
    if (this.waiters.size > 0 || (others && this.isSafe)) port.changed(false)
    else this.stop()
  }

  stop(): void {
    if (!this.exchange) return
    this.exchange.abort()
    this.exchange = undefined
    this.tell(false)
    this.settle()
  }

  /** One that nobody owns has its answer: it leaves, unless it waits for another. */
  part(port: FetchPort): void {
    if (!this.waiters.has(port)) this.leave(port)
  }

  /** Asks, whatever is kept. */
  request(port: FetchPort, lead: Asked): Awaited<StoredEntry> {
    const awaited = this.waiters.add(port, lead)
    port.gaveUp = false
    this.askAnew(true, lead)
    return awaited
  }

  /**
   * What has left the page already may be older than the wish, and is given up for another request.
   *
   * @param always else only where a request is under way
   */
  askAnew(always: boolean, lead?: Asked): void {
    const { exchange } = this
    const isOutdated = this.#isOutdated(always)
    if (isOutdated) {
      this.exchange?.abort()
      this.exchange = undefined
    }
    // What has not left yet asks as it is wished for last.
    if (this.exchange && lead) this.exchange.lead = lead
    if (!this.exchange && (always || isOutdated)) this.ask(lead ?? exchange?.lead)
  }

  #isOutdated(always: boolean): boolean {
    const { exchange } = this
    if (!exchange || !this.isSafe) return false
    return exchange.isOnItsWay || (always && (exchange.isPaused || exchange.isDescribing))
  }

  /** A newer wish has been described already. @returns false where what is under way will do */
  supersede(): boolean {
    const { exchange } = this
    if (!exchange) return true
    if (!this.#isOutdated(true)) return false
    exchange.abort()
    this.exchange = undefined
    return true
  }

  ask(lead?: Asked): void {
    if (!this.kept.exists) this.error = undefined
    this.progress = NOTHING_YET
    const exchange = new Exchange<FetchPort>(this.desk, (made) => this.#partsOf(made))
    exchange.lead = lead
    this.exchange = exchange
    this.settle()
    exchange.start()
  }

  /** Takes the request of another entry over, which goes on. */
  adopt(exchange: EntryExchange): void {
    if (!this.kept.exists) this.error = undefined
    exchange.handTo(this.#partsOf(exchange))
    this.progress = NOTHING_YET
    this.exchange = exchange
  }

  #partsOf(exchange: EntryExchange): ExchangeParts {
    return {
      options: () => this.lead().options,
      policy: () => policyFor(this.lead(), exchange.isLast),
      describe: (attempt) => describeFor(this, exchange, attempt),
      admit: (described, attempt) => admit(this, exchange, described, attempt),
      isWatched: () => [...this.ports].some((port) => port.watches('progress')),
      progressed: (progress) => {
        this.progress = Object.freeze(progress)
        tellAll(this.ports, (port) => port.watches('progress') && port.changed(true))
      },
      changed: (later) => this.tell(later),
      occurred: (type, event) => tellAll(this.ports, (port) => port.occurred(type, event)),
      forget: () => forgetRequest(this),
      settled: (error) => settle(this, exchange, error),
    }
  }

  /** Whose options decide: the oldest hook that wants answers, else the last one that did. */
  lead(): Asked {
    if (this.exchange?.lead) return this.exchange.lead
    for (const port of this.ports) {
      if (port.active)
        return (this.#lead = { url: port.url, options: port.options, by: port, name: port.name })
    }
    return this.#lead
  }

  /** Another one for the same kind of request. @param isShared it is found by its key */
  sibling(key: string, who: string, isShared: boolean): FetchEntry {
    const name: Name = { naming: isShared ? 'known' : this.naming, key, who, isFixed: true }
    return new FetchEntry(this.desk, name, isShared, this.lead())
  }

  /** Is known by another key from now on. */
  rename(key: string): void {
    const { store } = this.desk
    store.release(this, false)
    this.key = key
    if (this.ports.size > 0) store.hold(this)
  }

  /** It names what was changed elsewhere. @param asks those who show it get a new answer */
  invalidate(asks: boolean): void {
    if (!this.isSafe) return
    this.kept.invalidate()
    if (asks && [...this.ports].some((port) => port.active)) this.askAnew(true)
    else if (this.exchange?.isOnItsWay) this.exchange.isOutdated = true
  }

  /** The hooks here, or their options, have changed. @param port the one that has; else any of them */
  settle(port?: FetchPort): void {
    const isWished = port ? isRefreshing(port) : [...this.ports].some(isRefreshing)
    if (this.#refresh || isWished) (this.#refresh ??= new FetchRefresh(this)).settle()
  }

  tell(later: boolean): void {
    tellAll(this.ports, (port) => port.changed(later))
  }
}
