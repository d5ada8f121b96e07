import { fallbackTransition, initialFallbackState } from '../../src/machine/fallback-machine.ts'
import type {
  FallbackEffect,
  FallbackEvent,
  FallbackPolicy,
  FallbackState,
  RunningTransport,
} from '../../src/machine/fallback-state.ts'
import { timersOf } from './fallback-ledger.ts'
import { SCRIPT_START, eventOf } from './fallback-script.ts'

export interface FallbackEdge {
  readonly from: FallbackState
  readonly event: FallbackEvent
  readonly to: FallbackState
  readonly effects: readonly FallbackEffect[]
  readonly now: number
}

/** Events beside those that every walk has. */
export type Extra = 'gap' | 'behind' | 'clean' | 'unauthorized' | 'network' | 'memory' | 'late' | 'delay'

/** The events that can happen in a state. */
export function eventsOf(
  state: FallbackState,
  policy: FallbackPolicy,
  now: number,
  extras: readonly Extra[],
): FallbackEvent[] {
  const has = (extra: Extra, ...texts: string[]) => (extras.includes(extra) ? texts : [])
  const running = [state.active, state.candidate].filter((one) => one !== undefined)
  const texts = running.flatMap(({ start, phase, hasReceived }) => [
    ...(phase === 'started' ? [`opened ${start}`] : []),
    ...(hasReceived ? [] : [`proved ${start}`]),
    `ended ${start} retryable`,
    `ended ${start} fatal`,
    ...has('clean', `ended ${start} clean`),
    ...has('delay', `ended ${start} later`),
    ...has('unauthorized', `ended ${start} unauthorized`),
    ...has('gap', `gap ${start} b d`, `gap ${start} c d`),
    ...has('behind', `behind ${start}`),
  ])
  // Of a transport that has ended.
  texts.push(...has('late', 'ended 0 retryable', 'proved 0', 'gap 0 b d'))
  if (state.active) texts.push('close', 'close failed', ...timersOf(state, policy))
  else texts.push('connect 0', 'connect 1', 'connect 2', ...has('memory', 'connect 0 remembered 1'))
  texts.push(...has('network', 'online', 'visible'))
  return texts.map((text) => eventOf(text, now))
}

const sorted = (list: readonly number[]): number[] => [...list].sort((one, other) => one - other)

/** Returns the same text for states that are equal to the machine: numbers of starts and exact times do not matter. */
function keyOf(state: FallbackState, policy: FallbackPolicy, now: number): string {
  const { active, candidate, failures, gapAt, gapped, notBefore, upgradeAt, outcome } = state
  const role = (running: RunningTransport | undefined) =>
    running ? `${running.transport}${running.phase}${running.hasReceived}` : ''
  const counts = policy.proofs.map((_, transport) => Math.min(failures[transport]?.count ?? 0, 2))
  return [
    [role(active), role(candidate), state.isOpen, Math.min(state.left, 9), outcome?.kind],
    sorted(state.tried),
    policy.proofs.map((_, transport) => state.hopeless[transport] !== undefined),
    counts,
    [state.stable, state.remembered, state.previous?.transport],
    [state.upgradeWaitMs !== undefined, upgradeAt !== undefined && upgradeAt > now],
    [state.gap?.after, ...sorted(state.gap?.tried ?? [])],
    now - gapAt < 10_000,
    sorted(gapped),
    policy.proofs.map((_, transport) => now < (notBefore[transport] ?? now)),
  ].join('|')
}

/** A step at once, and one after which a transport is stable. */
const times = [0, 6000]

/**
 * Visits every state that can be reached in `depth` steps, and yields each transition. States that are equal to the
 * machine are visited once, so this covers all sequences of events.
 */
export function* walkFallback(
  depth: number,
  policy: FallbackPolicy,
  extras: readonly Extra[],
): Generator<FallbackEdge> {
  const known = new Set<string>()
  let level = [{ state: initialFallbackState, now: SCRIPT_START }]
  for (let step = 0; step < depth && level.length > 0; step++) {
    const next: typeof level = []
    for (const { state: from, now: before } of level) {
      for (const later of times) {
        const now = before + later
        for (const event of eventsOf(from, policy, now, extras)) {
          const [to, effects] = fallbackTransition(from, event, policy, { now, random: 0.5 })
          yield { from, event, to, effects, now }
          const key = keyOf(to, policy, now)
          if (known.has(key)) continue
          known.add(key)
          next.push({ state: to, now })
        }
      }
    }
    level = next
  }
}
