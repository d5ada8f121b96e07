import type { Environment } from '../platform/environment.ts'
import type { CommonOptions } from './options.ts'

const waiting = new WeakMap<Environment, Set<() => void>>()

/** Calls back in the next frame: all that waits in one environment in one go, so that a framework renders once. */
export function nextFrame(environment: Environment, callback: () => void): void {
  const known = waiting.get(environment)
  if (known) {
    known.add(callback)
    return
  }
  const callbacks = new Set([callback])
  waiting.set(environment, callbacks)
  environment.requestFrame(() => {
    waiting.delete(environment)
    for (const run of callbacks) run()
  })
}

/** When a change of `data` is announced. */
export function soon(
  environment: Environment,
  notify: CommonOptions<unknown, unknown>['notify'],
  announce: () => void,
): void {
  if (notify === 'sync') announce()
  else if (notify === 'microtask') queueMicrotask(announce)
  else nextFrame(environment, announce)
}
