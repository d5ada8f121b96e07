import { type ErrorReporter, providerError } from './errors.ts'

/**
 * Calls `callback` for each member of a set that callbacks may change: it skips members that are removed before their
 * turn, and those that are added meanwhile.
 */
export function forEachLive<One>(all: ReadonlySet<One> | undefined, callback: (one: One) => void): void {
  if (!all?.size) return
  const current = [...all]
  for (const one of current) if (all.has(one)) callback(one)
}

/**
 * Runs a function of the application. If it throws, the error is reported and the result is undefined.
 *
 * @param option the name of the option that the function belongs to. Leave it out for handlers, listeners and reducers:
 * their errors are reported unchanged
 */
export function callSafely<Result>(
  run: () => Result,
  reporter: ErrorReporter,
  option?: string,
): Result | undefined {
  try {
    return run()
  } catch (error) {
    reporter.reportError(option ? providerError(option, error) : error)
    return undefined
  }
}
