import { TautlineError } from '../../shared/errors.ts'
import type { AttributedSource } from '../request/request-key.ts'

/** Somebody awaits an answer. */
export interface PendingPromise<Observer, Owner> {
  readonly observer: Observer
  /** What was asked for. */
  readonly source: AttributedSource<Observer>
  /** Among those of which entry: a hook may turn out to ask what another asks already. */
  owner: PendingPromises<Observer, Owner>
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** A promise of an answer. Its rejection, where nobody awaits it, is no unhandled one: the state tells of it. */
export interface PendingHandle<Owner> {
  readonly promise: Promise<unknown>
  /** Gives this promise up alone; returns where it was, if it was the last one of its hook. */
  cancel(): Owner | undefined
}

/** Most entries have none. */
const NONE: readonly never[] = []

/** Those who await the answer of one entry. */
export class PendingPromises<Observer, Owner> {
  #all: readonly PendingPromise<Observer, Owner>[] = NONE
  readonly #owner: Owner

  constructor(owner: Owner) {
    this.#owner = owner
  }

  get size(): number {
    return this.#all.length
  }

  has(observer: Observer): boolean {
    return this.#all.some((one) => one.observer === observer)
  }

  get observers(): readonly Observer[] {
    return this.#all.map(({ observer }) => observer)
  }

  /** What the last one of them has asked for. */
  get lastSource(): AttributedSource<Observer> | undefined {
    return this.#all.at(-1)?.source
  }

  add(observer: Observer, source: AttributedSource<Observer>): PendingHandle<Owner> {
    const { promise, resolve, reject } = withResolvers()
    promise.catch(() => {})
    const pending: PendingPromise<Observer, Owner> = { observer, source, owner: this, resolve, reject }
    this.#all = [...this.#all, pending]
    return { promise, cancel: () => pending.owner.#cancel(pending) }
  }

  #cancel(pending: PendingPromise<Observer, Owner>): Owner | undefined {
    this.#reject((one) => one === pending, 'user')
    return this.has(pending.observer) ? undefined : this.#owner
  }

  /** All of them; from then on there is none. */
  takeAll(): readonly PendingPromise<Observer, Owner>[] {
    const all = this.#all
    this.#all = NONE
    return all
  }

  /** Takes those of another entry over. @param isTaken which of them @returns true where there were any */
  takeOver(
    others: PendingPromises<Observer, Owner>,
    isTaken: (pending: PendingPromise<Observer, Owner>) => boolean,
  ): boolean {
    const all = others.#all.filter(isTaken)
    others.#all = others.#all.filter((pending) => !isTaken(pending))
    for (const pending of all) pending.owner = this
    this.#all = [...this.#all, ...all]
    return all.length > 0
  }

  /** Tells those of a hook that nothing comes. */
  reject(observer: Observer, by: 'user' | 'component'): void {
    this.#reject((one) => one.observer === observer, by)
  }

  #reject(matches: (pending: PendingPromise<Observer, Owner>) => boolean, by: 'user' | 'component'): void {
    const rejected = this.#all.filter(matches)
    this.#all = this.#all.filter((one) => !matches(one))
    for (const { reject } of rejected)
      reject(new TautlineError('aborted', 'The request was given up', { by }))
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
