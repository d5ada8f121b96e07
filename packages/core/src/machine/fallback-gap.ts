import { isConnected, isProved, nextTransport, withTransport } from './fallback-choice.ts'
import { closeTransport, startTransport, switched } from './fallback-effects.ts'
import type { Connected, EventOf, FallbackContext, FallbackStep } from './fallback-state.ts'
import { promote, proveActive } from './fallback-switch.ts'

/** After a gap that no transport could fill, further ones are not searched for this time, in ms. */
const GAP_PAUSE_MS = 10_000

/** A message is missing behind the position. */
export function handleGap(
  state: Connected,
  { after, before }: EventOf<'gap'>,
  context: FallbackContext,
): FallbackStep {
  const [proved, effects] = isProved(state.active) ? [state, []] : proveActive(state, context)
  if (!isConnected(proved)) return [proved, effects]
  const { active, candidate, gap, gapAt } = proved
  const age = context.now - gapAt
  const isSearched = gap !== undefined && gap.after === after
  const free = { ...proved, left: Number.POSITIVE_INFINITY, outcome: undefined }
  if (!isSearched && (age < 0 || age >= GAP_PAUSE_MS)) {
    const next = { ...free, gap: { after, tried: [] }, tried: candidate ? [candidate.transport] : [] }
    const [started, more] = startTransport(next, 'active', active.transport, context)
    return [started, [...effects, closeTransport(active), ...more]]
  }
  const tried = gap?.tried ?? []
  const others = { ...free, tried: withTransport(tried, active.transport) }
  if (isSearched && candidate) {
    const both = withTransport(others.tried, candidate.transport)
    const next = { ...others, tried: both, gap: { after, tried: both } }
    return promote(next, active.transport, candidate, 'gap', [...effects, closeTransport(active)])
  }
  const next = isSearched ? nextTransport(others, context) : undefined
  if (next === undefined)
    return [{ ...proved, gap: undefined, gapAt: context.now }, [...effects, { type: 'gap', after, before }]]
  const [started, more] = startTransport(others, 'active', next, context)
  return [started, [...effects, closeTransport(active), ...more, ...switched(active.transport, next, 'gap')]]
}
