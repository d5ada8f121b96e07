import type { FallbackPolicy } from '../machine/fallback-state.ts'
import type { ErrorReporter } from '../shared/errors.ts'
import { callSafely } from '../shared/safe-call.ts'
import type { AnyConnectionOptions } from './options.ts'

/** How long a remembered transport and past failures count, in ms. */
const MEMORY_MS = 1_800_000

/** Returns the options of a connection as the machine reads them. @param handshakeMs the last handshake's time */
export function createFallbackPolicy(
  { transports, fallbackAfter, upgrade }: AnyConnectionOptions,
  handshakeMs: number | undefined,
  reporter: ErrorReporter,
): FallbackPolicy {
  const chosen =
    typeof fallbackAfter === 'function'
      ? callSafely(() => fallbackAfter(handshakeMs), reporter, 'fallbackAfter')
      : fallbackAfter
  const preset = Math.min(4000, Math.max(2000, 4 * (handshakeMs ?? 0)))
  const { after: afterMs = 30_000, cap: capMs = 600_000 } = upgrade || {}
  return {
    proofs: transports.map(({ proof, isDuplex }, index) =>
      // There is no transport to try instead of a poll that the server holds.
      proof === 'reply' && !isDuplex && index === transports.length - 1 ? 'open' : proof,
    ),
    // Such as NaN, if the function does not expect that no handshake is known yet.
    fallbackAfterMs: chosen && chosen > 0 ? chosen : preset,
    upgrade: upgrade === false ? undefined : { afterMs, capMs: Math.max(afterMs, capMs) },
    stableAfterMs: 5000,
    memoryMs: MEMORY_MS,
  }
}
