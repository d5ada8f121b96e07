import type { HeartbeatPolicy } from '../machine/liveness.ts'
import type { Policy } from '../machine/connection-state.ts'
import type { PolicyOptions } from '../observer/check-options.ts'
import { retryPolicy } from '../observer/retry-policy.ts'

/** Returns the options of an observer as the machine reads them. Times in ms. */
export function createConnectionPolicy(
  options: PolicyOptions,
  heartbeat: HeartbeatPolicy | undefined,
  canRenewCredentials: boolean,
  protocolPolicy: Partial<Pick<Policy, 'idempotent' | 'stableAfterMs' | 'connectTimeoutMs'>> = {},
): Policy {
  // A non-idempotent request may take long on the server, and must not be repeated because of that.
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
    // On a hidden page, a request that cannot be repeated continues.
    pauseHidden: idempotent && options.pause?.hidden === true,
    minHiddenDelayMs: typeof options.pause?.hidden === 'number' ? options.pause.hidden : undefined,
    heartbeat,
  }
}
