import { type ErrorReporter, providerError } from './errors.ts'

/** Calls `callback` for each member of a set. Skips members that a callback has removed or added meanwhile. */
export function forEachLive<One>(all: ReadonlySet<One> | undefined, callback: (one: One) => void): void {
  if (!all?.size) return
  const current = [...all]
  for (const one of current) if (all.has(one)) callback(one)
}

/**
 * Runs a function of the application. If it throws, reports the error and returns undefined.
 *
 * @param option the name of the option, to wrap the error; omitted for handlers, listeners and reducers
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
