import { TautlineError } from '../../shared/errors.ts'
import type { SourceOf } from '../request/request-key.ts'

/** Somebody awaits an answer. */
export interface Waiter<Port, Home> {
  readonly port: Port
  /** What was asked for. */
  readonly lead: SourceOf<Port>
  /** Among those of which entry: a hook may turn out to ask what another asks already. */
  home: Waiters<Port, Home>
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** A promise of an answer. Its rejection, where nobody awaits it, is no unhandled one: the state tells of it. */
export interface Awaited<Home> {
  readonly promise: Promise<unknown>
  /** Gives this promise up alone; returns where it was, if it was the last one of its hook. */
  withdraw(): Home | undefined
}

/** Most entries have none. */
const NONE: readonly never[] = []

/** Those who await the answer of one entry. */
export class Waiters<Port, Home> {
  #all: readonly Waiter<Port, Home>[] = NONE
  readonly #home: Home

  constructor(home: Home) {
    this.#home = home
  }

  get size(): number {
    return this.#all.length
  }

  has(port: Port): boolean {
    return this.#all.some((one) => one.port === port)
  }

  get ports(): readonly Port[] {
    return this.#all.map(({ port }) => port)
  }

  /** What the last one of them has asked for. */
  get lead(): SourceOf<Port> | undefined {
    return this.#all.at(-1)?.lead
  }

  add(port: Port, lead: SourceOf<Port>): Awaited<Home> {
    const { promise, resolve, reject } = withResolvers()
    promise.catch(() => {})
    const waiter: Waiter<Port, Home> = { port, lead, home: this, resolve, reject }
    this.#all = [...this.#all, waiter]
    return { promise, withdraw: () => waiter.home.#withdraw(waiter) }
  }

  #withdraw(waiter: Waiter<Port, Home>): Home | undefined {
    this.#dismiss((one) => one === waiter, 'user')
    return this.has(waiter.port) ? undefined : this.#home
  }

  /** All of them; from then on there is none. */
  take(): readonly Waiter<Port, Home>[] {
    const all = this.#all
    this.#all = NONE
    return all
  }

  /** Takes those of another entry over. @param isTaken which of them @returns true where there were any */
  join(others: Waiters<Port, Home>, isTaken: (waiter: Waiter<Port, Home>) => boolean): boolean {
    const all = others.#all.filter(isTaken)
    others.#all = others.#all.filter((waiter) => !isTaken(waiter))
    for (const waiter of all) waiter.home = this
    this.#all = [...this.#all, ...all]
    return all.length > 0
  }

  /** Tells those of a hook that nothing comes. */
  dismiss(port: Port, by: 'user' | 'component'): void {
    this.#dismiss((one) => one.port === port, by)
  }

  #dismiss(isGone: (waiter: Waiter<Port, Home>) => boolean, by: 'user' | 'component'): void {
    const gone = this.#all.filter(isGone)
    this.#all = this.#all.filter((one) => !isGone(one))
    for (const { reject } of gone) reject(new TautlineError('aborted', 'The request was given up', { by }))
  }
}

function withResolvers() {
  let resolve: (value: unknown) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
