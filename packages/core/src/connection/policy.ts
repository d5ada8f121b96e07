import type { HeartbeatPolicy } from '../machine/liveness.ts'
import type { Policy } from '../machine/connection-state.ts'
import type { PolicyOptions } from '../observer/check-options.ts'
import { retryPolicy, timeLimit } from '../observer/retry-policy.ts'

/** Returns the options of an observer as the machine reads them. Times in ms. */
export function createConnectionPolicy(
  options: PolicyOptions,
  heartbeat: HeartbeatPolicy | undefined,
  canRenewCredentials: boolean,
  protocolPolicy: Partial<
    Pick<
      Policy,
      | 'idempotent'
      | 'interruptedError'
      | 'stableAfterMs'
      | 'connectTimeoutMs'
      | 'responseTimeoutMs'
      | 'delayAfterEnd'
      | 'isUrlResolvedLater'
      | 'isProbed'
    >
  > = {},
): Policy {
  // A longer timeout, because a non-idempotent request must not be repeated.
  const {
    idempotent = true,
    stableAfterMs = 5000,
    connectTimeoutMs = idempotent ? 10_000 : 60_000,
    ...rest
  } = protocolPolicy
  return {
    ...rest,
    ...retryPolicy(options, Number.POSITIVE_INFINITY),
    canRenewCredentials,
    idempotent,
    connectTimeoutMs: timeLimit(options.timeout?.connect, connectTimeoutMs),
    stableAfterMs,
    closeDelayMs: options.closeDelay ?? 1000,
    // A request that must not be repeated continues on a hidden page.
    pauseHidden: idempotent && options.pause?.hidden === true,
    minHiddenDelayMs: typeof options.pause?.hidden === 'number' ? options.pause.hidden : undefined,
    heartbeat,
  }
}
