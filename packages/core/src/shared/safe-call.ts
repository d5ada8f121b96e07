import { type ErrorReporter, providerError } from './errors.ts'

/** Tells those who are there now and still are when it is their turn: who comes in meanwhile hears the next time. */
export function forEachLive<One>(all: ReadonlySet<One> | undefined, callback: (one: One) => void): void {
  if (!all?.size) return
  const current = [...all]
  for (const one of current) if (all.has(one)) callback(one)
}

/**
 * Runs what is not ours: what it throws is reported, and stops nobody; the result is then undefined.
 *
 * @param option the name of the option that it is. A handler, a listener or a fold has none: its error is the page's own, and is reported as it is
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
