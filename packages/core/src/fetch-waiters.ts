import { TautlineError } from './errors.ts'

/** Somebody awaits an answer. */
export interface Waiter<Port> {
  readonly port: Port
  /** Gives this promise up. */
  readonly signal: AbortSignal | undefined
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** A promise of an answer for this hook. Its rejection, where nobody awaits it, is no unhandled one: the state tells of it. */
export function wait<Port>(
  waiters: Waiter<Port>[],
  port: Port,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const promise = new Promise((resolve, reject) => waiters.push({ port, signal, resolve, reject }))
  promise.catch(() => {})
  return promise
}

/** Tells some that nothing comes; returns the others. */
export function dismiss<Port>(
  waiters: Waiter<Port>[],
  by: 'user' | 'component',
  isGone: (waiter: Waiter<Port>) => boolean,
): Waiter<Port>[] {
  for (const waiter of waiters) {
    if (isGone(waiter)) waiter.reject(new TautlineError('aborted', 'The request was given up', { by }))
  }
  return waiters.filter((waiter) => !isGone(waiter))
}
