import type { Environment } from '../platform/environment.ts'
import type { CommonOptions } from './options.ts'

const pendingCallbacks = new WeakMap<Environment, Set<() => void>>()

/** Calls back in the next frame, with all other callbacks of the environment, so that a framework renders once. */
export function scheduleFrame(environment: Environment, callback: () => void): void {
  const pending = pendingCallbacks.get(environment)
  if (pending) {
    pending.add(callback)
    return
  }
  const callbacks = new Set([callback])
  pendingCallbacks.set(environment, callbacks)
  environment.requestFrame(() => {
    pendingCallbacks.delete(environment)
    for (const run of callbacks) run()
  })
}

/** Calls back at the time that the option `notify` chooses. */
export function scheduleNotification(
  environment: Environment,
  notify: CommonOptions<unknown, unknown>['notify'],
  callback: () => void,
): void {
  if (notify === 'sync') callback()
  else if (notify === 'microtask') queueMicrotask(callback)
  else scheduleFrame(environment, callback)
}
