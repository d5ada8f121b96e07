import { TautlineError } from './errors.ts'

/** Somebody awaits an answer. */
export interface Waiter<Port> {
  readonly port: Port
  /** Gives this promise up. */
  readonly signal: AbortSignal | undefined
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** Most entries have none. */
const NONE: readonly never[] = []

/** Those who await the answer of one entry. */
export class Waiters<Port> {
  #all: readonly Waiter<Port>[] = NONE

  get size(): number {
    return this.#all.length
  }

  has(port: Port): boolean {
    return this.#all.some((one) => one.port === port)
  }

  /** A promise of an answer for this hook. Its rejection, where nobody awaits it, is no unhandled one: the state tells of it. */
  add(port: Port, signal: AbortSignal | undefined): Promise<unknown> {
    const promise = new Promise(
      (resolve, reject) => (this.#all = [...this.#all, { port, signal, resolve, reject }]),
    )
    promise.catch(() => {})
    return promise
  }

  /** All of them; from then on there is none. */
  take(): readonly Waiter<Port>[] {
    const all = this.#all
    this.#all = NONE
    return all
  }

  /** Takes those of another entry over. */
  join(others: Waiters<Port>): void {
    this.#all = [...this.#all, ...others.take()]
  }

  /** Tells those of a hook, or of one signal of it, that nothing comes. */
  dismiss(port: Port, by: 'user' | 'component', signal?: AbortSignal): void {
    const isGone = (one: Waiter<Port>) => one.port === port && (!signal || one.signal === signal)
    const gone = this.#all.filter(isGone)
    this.#all = this.#all.filter((one) => !isGone(one))
    for (const { reject } of gone) reject(new TautlineError('aborted', 'The request was given up', { by }))
  }
}
