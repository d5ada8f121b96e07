import { fallbackTransition, initialFallbackState } from '../../packages/core/src/machine/fallback-machine.ts'
import type { FallbackEvent, FallbackPolicy } from '../../packages/core/src/machine/fallback-state.ts'

/** How many retries are computed. After these, each retry starts as many transports as the last one. */
const RETRIES = 8

/**
 * Returns how many transports each retry starts while the server refuses all of them, beginning with the first retry.
 * The machine itself decides this, after a connection over its best transport that was stable.
 *
 * @param count the number of transports in the list
 */
export function startsInOutage(count: number): number[] {
  const policy: FallbackPolicy = {
    proofs: Array.from({ length: count }, () => 'byte' as const),
    fallbackAfterMs: 2000,
    upgrade: { afterMs: 30_000, capMs: 600_000 },
    stableAfterMs: 5000,
    memoryMs: 1_800_000,
  }
  let state = initialFallbackState
  let now = 0
  const dispatch = (event: FallbackEvent) => {
    state = fallbackTransition(state, event, policy, { now, random: 0.5 })[0]
  }
  const refuse = () =>
    dispatch({ type: 'ended', start: state.active?.start ?? 0, outcome: { kind: 'retryable' } })
  dispatch({ type: 'connect', attempt: 0 })
  dispatch({ type: 'proved', start: 1 })
  now = 60_000
  refuse()
  return Array.from({ length: RETRIES }, (_, index) => {
    const before = state.starts
    now += 5000
    dispatch({ type: 'connect', attempt: index + 1 })
    while (state.active) refuse()
    return state.starts - before
  })
}
