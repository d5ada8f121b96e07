import { TautlineError } from '../shared/errors.ts'
import { isConnected, isProved, nextTransport, setFailures, withTransport } from './fallback-choice.ts'
import { closeTransport, endAttempt, startTransport, switched } from './fallback-effects.ts'
import type { Connected, EventOf, FallbackContext, FallbackEffect, FallbackStep } from './fallback-state.ts'
import { promote, proveActive } from './fallback-switch.ts'

/** After a gap that no transport could fill, further ones are not searched for this time, in ms. */
const GAP_PAUSE_MS = 10_000

/** A message is missing behind the position. */
export function handleGap(
  state: Connected,
  { after, before }: EventOf<'gap'>,
  context: FallbackContext,
): FallbackStep {
  const { gap, gapped, gapAt } = state
  const { transport } = state.active
  const age = context.now - gapAt
  const isSearched = gap !== undefined && gap.after === after
  const isFirst = !isSearched && (age < 0 || age >= GAP_PAUSE_MS)
  if (isFirst && gapped.includes(transport)) return failActive(state, after, context)
  const [proved, effects] = isProved(state.active) ? [state, []] : proveActive(state, context)
  if (!isConnected(proved)) return [proved, effects]
  const { active, candidate } = proved
  const free = { ...proved, left: Number.POSITIVE_INFINITY, outcome: undefined }
  if (isFirst) {
    const tried = candidate ? withTransport(gapped, candidate.transport) : gapped
    const next = { ...free, gap: { after, tried: [] }, gapped: withTransport(gapped, transport), tried }
    const [started, more] = startTransport(next, 'active', transport, context)
    return [started, [...effects, closeTransport(active), ...more]]
  }
  const others = { ...free, tried: withTransport(gap?.tried ?? [], transport) }
  if (isSearched && candidate) {
    const both = withTransport(others.tried, candidate.transport)
    const next = { ...others, tried: both, gap: { after, tried: both } }
    return promote(next, transport, candidate, 'gap', [...effects, closeTransport(active)])
  }
  const next = isSearched ? nextTransport(others, context) : undefined
  if (next === undefined)
    return [{ ...proved, gap: undefined, gapAt: context.now }, [...effects, { type: 'gap', after, before }]]
  return replaceActive(others, next, context, effects)
}

/**
 * The active transport had a gap before, and was not stable since. Started again it may lose messages at once, so it
 * has failed.
 */
function failActive(state: Connected, after: string | undefined, context: FallbackContext): FallbackStep {
  const { active, candidate } = state
  const { transport } = active
  const gap = { after, tried: candidate ? [candidate.transport] : [] }
  const counted = { ...setFailures(state, transport, context, true), gap, active }
  if (candidate) return promote(counted, transport, candidate, 'gap', [closeTransport(active)])
  const next = nextTransport(counted, context)
  if (next !== undefined) return replaceActive({ ...counted, left: counted.left - 1 }, next, context)
  const text = 'Messages were missing again: after a delay the connection continues with them'
  const error = new TautlineError('closed', text, { closeCode: 1000, reason: '', wasClean: true })
  const outcome = { kind: 'retryable', error } as const
  return endAttempt({ ...counted, outcome }, { transport, why: 'gap' }, context)
}

/** Starts another transport from the position, instead of the active one. */
function replaceActive(
  state: Connected,
  next: number,
  context: FallbackContext,
  effects: readonly FallbackEffect[] = [],
): FallbackStep {
  const { active } = state
  const [started, more] = startTransport(state, 'active', next, context)
  return [started, [...effects, closeTransport(active), ...more, ...switched(active.transport, next, 'gap')]]
}
