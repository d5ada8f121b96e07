import { TautlineError } from '../../src/shared/errors.ts'
import type { Outcome } from '../../src/shared/outcome.ts'
import { fallbackTransition, initialFallbackState } from '../../src/machine/fallback-machine.ts'
import type {
  FallbackEffect,
  FallbackEvent,
  FallbackPolicy,
  FallbackState,
  FallbackStep,
  RunningTransport,
} from '../../src/machine/fallback-state.ts'

/** Three transports, of which the first proves itself by a reply, the second by a byte and the third by opening. */
export const fallbackPolicy: FallbackPolicy = {
  proofs: ['reply', 'byte', 'open'],
  fallbackAfterMs: 2000,
  upgrade: { afterMs: 30_000, capMs: 600_000 },
  stableAfterMs: 5000,
  memoryMs: 1_800_000,
}

/** When a script begins. */
export const SCRIPT_START = 1_000_000

const error = new TautlineError('connect-failed', 'gone', { closeCode: 1006, reason: '', wasClean: false })

/** Returns an outcome by its kind: also `clean`, the clean end of a useful response, and `later`, with `Retry-After`. */
export function outcomeOf(kind: string): Outcome {
  switch (kind) {
    case 'clean':
      return { kind: 'retryable', isCleanEnd: true }
    case 'later':
      return { kind: 'retryable', error, retryAfterMs: 20_000 }
    case 'fatal':
    case 'unauthorized':
    case 'complete':
    case 'idle':
      return { kind, error }
    default:
      return { kind: 'retryable', error }
  }
}

/**
 * Reads an event: `connect 1 remembered 2` is the first retry, with a remembered transport; `proved 3` is of the third
 * start; `gap 1 b d` is a gap between the messages b and d.
 */
export function eventOf(text: string, now: number): FallbackEvent {
  const [type = '', first = '', second = '', third = ''] = text.split(' ')
  switch (type) {
    case 'connect': {
      const remembered = second ? { transport: Number(third), at: now } : undefined
      return { type, attempt: Number(first || 0), remembered }
    }
    case 'opened':
    case 'proved':
    case 'message':
    case 'behind':
      return { type, start: Number(first) }
    case 'ended':
      return { type, start: Number(first), outcome: outcomeOf(second) }
    case 'gap':
      return { type, start: Number(first), after: second, before: third }
    case 'fallback':
    case 'upgrade':
    case 'proofDeadline':
      return { type: 'timeout', timer: type }
    case 'online':
    case 'visible':
    case 'connection':
      return { type: 'networkChanged', by: type }
    case 'close':
      return { type, isFailure: first === 'failed' }
    default:
      throw new Error(`Unknown event: ${text}`)
  }
}

/** Runs a script of events that are separated by commas, such as `connect, proved 1, +5000, ended 1`. */
export function runScript(script: string, policy: FallbackPolicy = fallbackPolicy): FallbackStep {
  let step: FallbackStep = [initialFallbackState, []]
  let now = SCRIPT_START
  for (const text of script.split(', ')) {
    if (/^[+-]/.test(text)) now += Number(text)
    else step = fallbackTransition(step[0], eventOf(text, now), policy, { now, random: 0 })
  }
  return step
}

const briefTransport = (running: RunningTransport | undefined): string | undefined =>
  running && `${running.transport} ${running.phase}`

/** Describes a state: `0 opened + 1 started` is the active transport and its candidate. */
export const briefState = ({ active, candidate }: FallbackState): string =>
  [briefTransport(active) ?? 'idle', briefTransport(candidate)].filter((text) => text).join(' + ')

/** Describes an effect in a few letters, so that a row is a line. */
export function briefEffect(effect: FallbackEffect): string {
  switch (effect.type) {
    case 'start':
      return `+${effect.timer} ${effect.delayMs}`
    case 'stop':
      return effect.timer ? `-${effect.timer}` : 'clear'
    case 'startTransport':
      return `${effect.role} ${effect.transport} from ${effect.from}`
    case 'closeTransport':
      return `close #${effect.start}`
    case 'opened':
      return `opened ${effect.transport}`
    case 'switched':
      return `${effect.from} > ${effect.to} ${effect.why}`
    case 'remember':
      return `remember ${effect.transport}`
    case 'forget':
      return 'forget'
    case 'gap':
      return `gap ${effect.after} ${effect.before}`
    case 'ended':
      return `ended ${effect.outcome.kind}`
  }
}
