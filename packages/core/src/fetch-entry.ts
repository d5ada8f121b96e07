import { followCodecs } from './fetch-cell.ts'
import type { Desk } from './fetch-desk.ts'
import { Exchange } from './fetch-exchange.ts'
import { isOutage } from './fetch-judge.ts'
import { KeptAnswer } from './fetch-kept.ts'
import { admit, describer, invalidateBehind, keyVaried } from './fetch-naming.ts'
import { isSafe } from './fetch-options.ts'
import { FetchRefresh, isRefreshing } from './fetch-refresh.ts'
import { type Described, type Lead, type Name, policyFor } from './fetch-request.ts'
import type { FetchPort } from './fetch-port.ts'
import { type Awaited, type Waiter, Waiters } from './fetch-waiters.ts'
import type { Progress } from './fetch/request.ts'
import { tellAll } from './occurrences.ts'

export const NOTHING_YET: Progress = Object.freeze({ sent: 0, received: 0, total: undefined })

/** What is asked under one key: the hooks that share it, the request that is under way, and what came of the last one. */
export class FetchEntry {
  key: string
  readonly naming: Name['naming']
  readonly desk: Desk
  readonly kept: KeptAnswer
  readonly ports = new Set<FetchPort>()
  exchange: Exchange | undefined
  error: Error | undefined
  progress = NOTHING_YET
  /** What was asked for; '' until it was. */
  href = ''
  /** What another entry has described already: a function is asked once for an attempt. */
  prepared: Described | undefined
  /** What is kept stands in for the answer that has failed. */
  isExcused = false
  /** All that was kept has been forgotten: it stays where it is shown, for no one else. */
  isRetired = false
  /** Nobody is here: who comes back has to find it by its name. */
  isAtRest = false
  /** When the last request came to its end, by the wall clock, in ms. */
  settledAt = 0
  /** What is kept came with other credentials: who comes now does not see it. */
  foreign = false
  /** Its key, less what the answers vary by; and the headers that were sent. Of an open one. */
  base: string | undefined
  sent: Headers | undefined
  #lead: Lead
  readonly #waiters = new Waiters<FetchPort, FetchEntry>(this)
  #refresh: FetchRefresh | undefined

  constructor(desk: Desk, key: string, naming: Name['naming'], lead: Lead) {
    this.desk = desk
    this.key = key
    this.naming = naming
    this.#lead = lead
    this.kept = new KeptAnswer(desk.environment.reportError)
  }

  get isSafe(): boolean {
    return isSafe(this.#lead.options)
  }

  /** May somebody who comes now see what is kept? */
  get isShown(): boolean {
    const until = this.kept.freshness?.shownUntil ?? 0
    return !this.foreign && this.desk.environment.now() < until
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
    this.isAtRest = false
    this.ports.add(port)
    port.sees = this.isShown || (back && !this.foreign && this.kept.exists)
    port.gaveUp = false
    this.settle(port)
    if (!back) this.want(port)
  }

  /** Asks, where this hook wants it and what is kept is not fresh. */
  want(port: FetchPort): void {
    if (port.active && !this.exchange && (this.isDue || !port.sees)) this.ask()
  }

  /** A microtask later nobody may have come in its place: then the request is given up, and what is kept rests. */
  leave(port: FetchPort): void {
    if (this.ports.delete(port) && this.ports.size === 0) this.desk.attend(-1)
    // What changes something goes on: who has asked for it is told.
    if (this.isSafe) this.#waiters.dismiss(port, 'component')
    this.kept.keepOnly(() => new Set([port.cell, ...Array.from(this.ports, ({ cell }) => cell)]))
    this.settle(port)
    // What has not been sent yet need not wait.
    if (!this.exchange?.sent) this.stopUnwanted()
    queueMicrotask(() => {
      this.stopUnwanted()
      this.#rest()
    })
  }

  #rest(): void {
    if (this.ports.size > 0 || this.exchange) return
    this.#refresh?.stop()
    this.isAtRest = true
    const isNamed = this.naming === 'known' || this.base !== undefined
    this.desk.store.release(
      this,
      isNamed && !this.isRetired && !this.foreign && this.kept.freshness?.kept === true,
    )
  }

  /** Nobody waits for it any more: what is under way is given up. */
  stopUnwanted(): void {
    if (!this.exchange) return
    const isWanted = this.#waiters.size > 0 || [...this.ports].some(({ active, gaveUp }) => active && !gaveUp)
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
    this.#waiters.dismiss(port, 'user')
    const others = [...this.ports].some((other) => other !== port && other.active && !other.gaveUp)
    if (this.#waiters.size > 0 || (others && this.isSafe)) port.changed(false)
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
    if (!this.#waiters.has(port)) this.leave(port)
  }

  /** Asks, whatever is kept. */
  request(port: FetchPort, lead: Lead): Awaited<FetchEntry> {
    const awaited = this.#waiters.add(port)
    port.gaveUp = false
    this.askAnew(true, lead)
    return awaited
  }

  /**
   * What has left the page already may be older than the wish, and is given up for another request.
   *
   * @param always else only where a request is under way
   */
  askAnew(always: boolean, lead?: Lead): void {
    const { exchange } = this
    const isOutdated = this.isSafe && (exchange?.isOnItsWay || (always && exchange?.isPaused))
    if (isOutdated) {
      this.exchange?.abort()
      this.exchange = undefined
    }
    // What has not left yet asks as it is wished for last.
    if (this.exchange && lead) this.exchange.lead = lead
    if (!this.exchange && (always || isOutdated)) this.ask(lead ?? exchange?.lead)
  }

  ask(lead?: Lead): void {
    if (!this.kept.exists) this.error = undefined
    this.progress = NOTHING_YET
    const exchange: Exchange = new Exchange({
      desk: this.desk,
      options: () => this.lead().options,
      policy: () => policyFor(this.lead()),
      describe: describer(this, () => exchange),
      admit: (described, attempt) => admit(this, described, attempt),
      isWatched: () => [...this.ports].some((port) => port.watches('progress')),
      progressed: (progress) => {
        this.progress = Object.freeze(progress)
        tellAll(this.ports, (port) => port.watches('progress') && port.changed(true))
      },
      changed: (later) => this.tell(later),
      occurred: (type, event) => tellAll(this.ports, (port) => port.occurred(type, event)),
      settled: (error) => this.#settled(exchange, error),
    })
    exchange.lead = lead
    this.exchange = exchange
    this.settle()
    exchange.start()
  }

  /** Whose options decide: the oldest hook that wants answers, else the last one that did. */
  lead(): Lead {
    if (this.exchange?.lead) return this.exchange.lead
    for (const port of this.ports) {
      if (port.active) return (this.#lead = { url: port.url, options: port.options })
    }
    return this.#lead
  }

  /** Takes all that are here to another entry, under which the same is known. */
  moveTo(other: FetchEntry, described: Described): void {
    const ports = [...this.ports]
    const lead = this.exchange?.lead
    if (ports.length > 0) this.desk.attend(-1)
    this.ports.clear()
    this.stop()
    this.#rest()
    other.prepared = described
    const isAwaited = this.#waiters.size > 0
    for (const port of ports) port.moveTo(other)
    other.#waiters.join(this.#waiters)
    if (isAwaited) other.askAnew(true, lead)
    other.prepared = undefined
    other.tell(false)
  }

  #settled(exchange: Exchange, error: Error | undefined): void {
    // Its own options decide to the end.
    const { lead = this.lead() } = exchange
    this.exchange = undefined
    this.settledAt = this.desk.environment.now()
    const waiters = this.#waiters.take()
    const { answer } = exchange
    try {
      if (answer) this.#take(answer, waiters, lead)
      else if (error) this.#fail(error, waiters)
      if (answer && exchange.isOutdated) this.kept.invalidate()
    } catch (cause) {
      // Whatever it is, nobody waits for ever.
      this.desk.environment.reportError(cause)
      for (const { reject } of waiters) reject(cause)
    }
    this.settle()
    this.#rest()
    if (answer && !isSafe(lead.options)) invalidateBehind(this, answer, lead)
  }

  #take(
    answer: NonNullable<Exchange['answer']>,
    waiters: readonly Waiter<FetchPort, FetchEntry>[],
    { options }: Lead,
  ): void {
    const { kept, ports } = this
    const isNew = answer.status !== 304
    if (isNew) followCodecs([...ports])
    if (isNew) kept.take(answer, options, new Set([...ports].map((port) => port.options.codec)))
    else kept.freshen(answer, options)
    this.error = undefined
    this.foreign = false
    keyVaried(this)
    for (const port of ports) {
      port.sees = true
      port.gaveUp = false
    }
    if (isNew) tellAll(this.ports, (port) => port.answered())
    kept.refuseUnread()
    this.tell(true)
    for (const { port, resolve, reject } of waiters) {
      const cell = kept.cell(port.options.codec)
      if (cell?.error) reject(cell.error)
      else resolve(cell?.base)
    }
  }

  #fail(error: Error, waiters: readonly Waiter<FetchPort, FetchEntry>[]): void {
    this.error = error
    this.isExcused =
      !this.foreign && isOutage(error) && this.settledAt < (this.kept.freshness?.errorUntil ?? 0)
    for (const port of this.ports) {
      port.sees ||= this.isExcused
      port.gaveUp = false
    }
    tellAll(this.ports, (port) => port.occurred('error', error))
    this.tell(true)
    for (const { reject } of waiters) reject(error)
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
