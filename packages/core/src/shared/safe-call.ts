import { type ErrorReporter, failure } from './errors.ts'

/** Tells those who are there now and still are when it is their turn: who comes in meanwhile hears the next time. */
export function tellAll<One>(all: ReadonlySet<One> | undefined, tell: (one: One) => void): void {
  if (!all?.size) return
  const now = [...all]
  for (const one of now) if (all.has(one)) tell(one)
}

/**
 * Runs what is not ours: what it throws is reported, and stops nobody; the result is then undefined.
 *
 * @param option the name of the option that it is. A handler, a listener or a fold has none: its error is the page's own, and is reported as it is
 */
export function guarded<Result>(
  run: () => Result,
  reporter: ErrorReporter,
  option?: string,
): Result | undefined {
  try {
    return run()
  } catch (error) {
    reporter.reportError(option ? failure(option, error) : error)
    return undefined
  }
}
