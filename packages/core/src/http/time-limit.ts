import type { Environment } from '../platform/environment.ts'

/** The end of a part of an attempt: when the attempt is aborted, or after a time. */
export interface TimeLimit {
  readonly signal: AbortSignal
  abort(): void
  /** Stops the timer, because the part is done. */
  stop(): void
}

/** Limits the time of a part of an attempt, in ms. */
export function limitTime(
  { setTimeout, clearTimeout }: Pick<Environment, 'setTimeout' | 'clearTimeout'>,
  attempt: AbortSignal,
  ms: number,
): TimeLimit {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, ms)
  attempt.addEventListener('abort', abort)
  return { signal: controller.signal, abort, stop: () => clearTimeout(timer) }
}
