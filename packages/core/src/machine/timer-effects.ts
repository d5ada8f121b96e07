import { clampDelay } from '../shared/backoff.ts'

/** Starts a timer of any machine. */
export const startTimer = <Timer extends string>(timer: Timer, delayMs: number) =>
  ({ type: 'start', timer, delayMs: clampDelay(delayMs) }) as const
/** Stops a timer, or without a name those that the interpreter knows. */
export const stopTimer = <Timer extends string>(timer?: Timer) => ({ type: 'stop', timer }) as const
