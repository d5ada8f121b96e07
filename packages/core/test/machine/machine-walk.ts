import { quickThenSpread } from '../../src/shared/backoff.ts'
import { initialState, transition } from '../../src/machine/connection-machine.ts'
import type { Effect, Event, Policy, Stamp, State } from '../../src/machine/connection-state.ts'
import type { Outcome } from '../../src/shared/outcome.ts'

/** A policy under which every row of the table can be reached. */
export const walkPolicy: Policy = {
  limit: 2,
  delay: quickThenSpread(),
  renewable: true,
  once: false,
  connectTimeout: 10_000,
  stableAfter: 5000,
  linger: 1000,
  pauseOffline: true,
  pauseHidden: true,
  heartbeat: { interval: 25_000, timeout: 10_000 },
}

export const error = new Error('the line went')
const outcomes: readonly Outcome[] = [
  { kind: 'lost', error },
  { kind: 'lost', error, retryAfter: 3000 },
  { kind: 'fatal', error },
  { kind: 'unauthorized', error },
  { kind: 'complete' },
]

/** Every event that can happen to a state, with the epoch of its resource, and for each an old epoch too. */
export function eventsFor(state: State): Event[] {
  const { epoch } = state
  const simple = ['retain', 'open', 'reconnect', 'retarget', 'check', 'release', 'close'] as const
  const timers = ['connect', 'retry', 'stable', 'heartbeat', 'linger', 'drain'] as const
  const signals = ['online', 'offline', 'visible', 'hidden', 'freeze', 'resume', 'wake'] as const
  return [
    ...simple.map((type): Event => ({ type })),
    { type: 'release', now: true },
    ...timers.map((timer): Event => ({ type: 'timeout', timer })),
    ...signals.map((signal): Event => ({ type: 'signal', signal })),
    { type: 'opened', epoch },
    { type: 'useful', epoch },
    { type: 'reply', epoch },
    { type: 'hint', epoch, wait: 2000 },
    ...outcomes.map((outcome): Event => ({ type: 'ended', epoch, outcome })),
  ]
}

/** Soon after the last dial; when a ping is due; when its reply is overdue; and after a sleep. */
export const stamps: readonly Stamp[] = [1000, 27_000, 40_000, 100_000].map((now) => ({
  now,
  random: 0.5,
  heard: 0,
  sent: true,
}))

export interface Edge {
  readonly from: State
  readonly event: Event
  readonly to: State
  readonly effects: readonly Effect[]
  readonly stamp: Stamp
}

/** What makes two states differ for the machine; times are told apart by whether they are set. */
function keyOf(state: State): string {
  const { epoch: _, dialedAt, retryAt, notBefore, error: why, live, latency, ...rest } = state
  return JSON.stringify([
    rest,
    dialedAt > 0,
    !!retryAt,
    notBefore > 0,
    !!why,
    live?.phase,
    live?.again,
    latency !== undefined,
  ])
}

/** Walks every state that can be reached in so many steps, and yields each step once for each kind of state. */
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
