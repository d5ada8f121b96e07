import type { HeartbeatPolicy } from '../machine/liveness.ts'
import type { Policy } from '../machine/connection-state.ts'
import type { PolicyOptions } from '../observer/check-options.ts'
import { retryPolicy } from '../observer/retry-policy.ts'

/** What the machine is told of a hook's options. Times in ms. */
export function createConnectionPolicy(
  options: PolicyOptions,
  heartbeat: HeartbeatPolicy | undefined,
  canRenewCredentials: boolean,
  protocolPolicy: Partial<Pick<Policy, 'idempotent' | 'stableAfterMs' | 'connectTimeoutMs'>> = {},
): Policy {
  // A request that is not idempotent waits for work to be done, and must not be repeated because that takes long.
  const {
    idempotent = true,
    stableAfterMs = 5000,
    connectTimeoutMs = idempotent ? 10_000 : 60_000,
  } = protocolPolicy
  return {
    ...retryPolicy(options, Number.POSITIVE_INFINITY),
    canRenewCredentials,
    idempotent,
    connectTimeoutMs: options.timeout?.connect ?? connectTimeoutMs,
    stableAfterMs,
    closeDelayMs: options.closeDelay ?? 1000,
    // What cannot be asked for again is not given back because nobody looks.
    pauseHidden: idempotent && options.pause?.hidden === true,
    minHiddenDelayMs: typeof options.pause?.hidden === 'number' ? options.pause.hidden : undefined,
    heartbeat,
  }
}
