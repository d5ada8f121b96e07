import { TautlineError } from '../../shared/errors.ts'
import type { AttributedSource } from '../request/request-key.ts'

/** A promise that waits for a response. */
export interface PendingPromise<Observer, Owner> {
  readonly observer: Observer
  /** What the observer requested. */
  source: AttributedSource<Observer>
  /** The list of the entry that has it now. It changes when its observer moves to another entry. */
  owner: PendingPromises<Observer, Owner>
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** A promise of a response. Its rejection never counts as unhandled, since the snapshot has the error. */
export interface PendingHandle<Owner> {
  readonly promise: Promise<unknown>
  /** Rejects this promise alone. Returns its entry if it was the last promise of its observer. */
  cancel(): Owner | undefined
}

/** Shared by all entries without promises. */
const NONE: readonly never[] = []

/** The promises that wait for the response of one entry. */
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

  /** The source of the newest promise. */
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

  /** Removes and returns all promises. */
  takeAll(): readonly PendingPromise<Observer, Owner>[] {
    const all = this.#all
    this.#all = NONE
    return all
  }

  /**
   * Takes over promises of another entry.
   *
   * @param isTaken selects them
   * @param source what they request from now on; without it the same as before
   * @returns whether there were any
   */
  takeOver(
    others: PendingPromises<Observer, Owner>,
    isTaken: (pending: PendingPromise<Observer, Owner>) => boolean,
    source?: AttributedSource<Observer>,
  ): boolean {
    const all = others.#all.filter(isTaken)
    others.#all = others.#all.filter((pending) => !isTaken(pending))
    for (const pending of all) {
      pending.owner = this
      pending.source = source ?? pending.source
    }
    this.#all = [...this.#all, ...all]
    return all.length > 0
  }

  /** Rejects the promises of an observer. */
  reject(observer: Observer, by: 'user' | 'component'): void {
    this.#reject((one) => one.observer === observer, by)
  }

  #reject(matches: (pending: PendingPromise<Observer, Owner>) => boolean, by: 'user' | 'component'): void {
    const rejected = this.#all.filter(matches)
    this.#all = this.#all.filter((one) => !matches(one))
    for (const { reject } of rejected) reject(new TautlineError('aborted', 'The request was aborted', { by }))
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
