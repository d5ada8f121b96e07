import { TautlineError } from './errors.ts'

/** Somebody awaits an answer. */
export interface Waiter<Port> {
  readonly port: Port
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** A promise of an answer for this hook. Its rejection, where nobody awaits it, is no unhandled one: the state tells of it. */
export function wait<Port>(waiters: Waiter<Port>[], port: Port): Promise<unknown> {
  const promise = new Promise((resolve, reject) => waiters.push({ port, resolve, reject }))
  promise.catch(() => {})
  return promise
}

/** Tells those of one hook that nothing comes; returns the others. */
export function dismiss<Port>(waiters: Waiter<Port>[], port: Port, by: 'user' | 'component'): Waiter<Port>[] {
  for (const waiter of waiters) {
    if (waiter.port === port) waiter.reject(new TautlineError('aborted', 'The request was given up', { by }))
  }
  return waiters.filter((waiter) => waiter.port !== port)
}
