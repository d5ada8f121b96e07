import { isPromiseLike } from './brand.ts'
import { type ErrorReporter, misuseError, providerError } from './errors.ts'

/** Calls `callback` for each member of a set. Skips members that a callback has removed or added meanwhile. */
export function forEachLive<One>(all: ReadonlySet<One> | undefined, callback: (one: One) => void): void {
  if (!all?.size) return
  const current = [...all]
  for (const one of current) if (all.has(one)) callback(one)
}

/**
 * Runs a function of the application. If it throws, reports the error and returns undefined.
 *
 * @param option the name of the option, to wrap the error; omitted for handlers, listeners and reducers. The function
 *   has to return its result at once: a promise is reported too, because it would count as true
 */
export function callSafely<Result>(
  run: () => Result,
  reporter: ErrorReporter,
  option?: string,
): Result | undefined {
  try {
    const result = run()
    if (!option || !isPromiseLike(result)) return result
    result.then(undefined, () => {})
    throw misuseError('The function returned a promise: return the result itself')
  } catch (error) {
    reporter.reportError(option ? providerError(option, error) : error)
    return undefined
  }
}
