import { clampDelay } from '../shared/backoff.ts'

/** Returns the effect that starts a timer of any machine. */
export const startTimer = <Timer extends string>(timer: Timer, delayMs: number) =>
  ({ type: 'start', timer, delayMs: clampDelay(delayMs) }) as const
/** Returns the effect that stops a timer. Without a name, the interpreter decides which. */
export const stopTimer = <Timer extends string>(timer?: Timer) => ({ type: 'stop', timer }) as const
