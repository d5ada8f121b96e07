import { createPingPolicy } from '../../src/machine/liveness.ts'
import { TautlineError } from '../../src/shared/errors.ts'
import { quickThenSpread } from '../../src/shared/backoff.ts'
import { initialState, transition } from '../../src/machine/connection-machine.ts'
import type {
  Effect,
  MachineEvent,
  Policy,
  TransitionInput,
  State,
} from '../../src/machine/connection-state.ts'
import type { Outcome } from '../../src/shared/outcome.ts'

/** A policy with which every row of the table can be reached. */
export const walkPolicy: Policy = {
  limit: 2,
  delay: quickThenSpread(),
  canRenewCredentials: true,
  idempotent: true,
  connectTimeoutMs: 10_000,
  stableAfterMs: 5000,
  closeDelayMs: 1000,
  pauseOffline: true,
  pauseHidden: true,
  heartbeat: createPingPolicy({ intervalMs: 25_000, timeoutMs: 10_000 }),
}

export const error = new TautlineError('connect-failed', 'the connection was lost', {
  closeCode: 1006,
  reason: '',
  wasClean: false,
})
const outcomes: readonly Outcome[] = [
  { kind: 'retryable', error },
  { kind: 'retryable', error, retryAfterMs: 3000 },
  { kind: 'retryable', error, isCleanEnd: true },
  { kind: 'fatal', error },
  { kind: 'unauthorized', error },
  { kind: 'complete' },
]

/** Returns every event that can happen in a state, with the epoch of its transport. */
export function eventsFor(state: State): MachineEvent[] {
  const { epoch } = state
  const simple = [
    'subscribed',
    'open',
    'reconnect',
    'keyChanged',
    'checkLiveness',
    'unsubscribed',
    'close',
  ] as const
  const timers = ['connect', 'retry', 'stable', 'heartbeat', 'closeDelay', 'drain'] as const
  const signals = ['online', 'offline', 'visible', 'hidden', 'pagehide', 'pageshow', 'wake', 'slept'] as const
  return [
    ...simple.map((type): MachineEvent => ({ type })),
    { type: 'unsubscribed', now: true },
    ...timers.map((timer): MachineEvent => ({ type: 'timeout', timer })),
    ...signals.map((signal): MachineEvent => ({ type: 'pageEvent', pageEvent: signal })),
    { type: 'opened', epoch },
    { type: 'provedUseful', epoch },
    { type: 'reply', epoch },
    { type: 'activity', epoch },
    { type: 'serverDelay', epoch, delayMs: 2000 },
    ...outcomes.map((outcome): MachineEvent => ({ type: 'ended', epoch, outcome })),
  ]
}

/** A policy without a heartbeat: after sleep or a change of network, only a received byte proves that it is alive. */
export const silentPolicy: Policy = { ...walkPolicy, heartbeat: undefined }

/** Inputs soon after the last attempt, when a ping is due, when its reply is overdue, and after sleep. */
export const stamps: readonly TransitionInput[] = [1000, 27_000, 40_000, 100_000].map(
  (now): TransitionInput => ({
    now,
    random: 0.5,
    lastActivityAt: 0,
    isRequestSent: true,
  }),
)

export interface Edge {
  readonly from: State
  readonly event: MachineEvent
  readonly to: State
  readonly effects: readonly Effect[]
  readonly stamp: TransitionInput
}

/**
 * Returns the same text for states that are equal to the machine. Of times only whether they are set matters; the gaps
 * between renewals have a test of their own.
 */
function keyOf(state: State): string {
  const {
    epoch: _,
    renewalGapsEndAt: __,
    lastConnectAt,
    retryAt,
    notBefore,
    error: why,
    liveness,
    latency,
    ...rest
  } = state
  return JSON.stringify([
    rest,
    lastConnectAt > 0,
    !!retryAt,
    notBefore > 0,
    !!why,
    liveness?.phase,
    liveness?.isSecondChance,
    latency !== undefined,
  ])
}

/** Visits every state that can be reached in `depth` steps, and yields each transition. */
export function* walk(depth: number, policy: Policy = walkPolicy): Generator<Edge> {
  const known = new Set([keyOf(initialState)])
  let level: State[] = [initialState]
  for (let step = 0; step < depth && level.length > 0; step++) {
    const next: State[] = []
    for (const from of level) {
      for (const event of eventsFor(from)) {
        for (const stamp of stamps) {
          const [to, effects] = transition(from, event, policy, stamp)
          yield { from, event, to, effects, stamp }
          const key = keyOf(to)
          if (known.has(key)) continue
          known.add(key)
          next.push(to)
        }
      }
    }
    level = next
  }
}
