import { MAX_SERVER_DELAY_MS, clampDelay } from '../shared/backoff.ts'
import type { Policy, State, TransitionInput } from './connection-state.ts'

/** The delay after a short response, in ms, unless the server sets one. The same as in Chromium. */
const END_DELAY_MS = 3000

/**
 * Returns the delay after a clean end, in ms. A server that ends each response after an event or two decides how often
 * it gets a request; a longer response was ended for another reason, for example a restart.
 */
export function delayAfterEnd(state: State, policy: Policy, { now, random }: TransitionInput): number {
  const isShort = now - state.lastConnectAt < policy.stableAfterMs
  if (!isShort && state.serverDelayMs === undefined)
    return clampDelay(policy.delay({ attempt: 1, random, error: undefined }))
  const delayMs = Math.min(state.serverDelayMs ?? END_DELAY_MS, MAX_SERVER_DELAY_MS)
  return (isShort ? Math.max(1000, delayMs) : delayMs) * (1 + random / 2)
}
