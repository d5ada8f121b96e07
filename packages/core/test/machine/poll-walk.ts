import { TautlineError } from '../../src/shared/errors.ts'
import { transitionPoll, initialPollState } from '../../src/machine/poll-machine.ts'
import type {
  PollEffect,
  PollEvent,
  PollPolicy,
  PollResult,
  PollState,
} from '../../src/machine/poll-state.ts'
import type { Outcome } from '../../src/shared/outcome.ts'

/** A request and a response, as far as the machine knows them. */
export const request = { url: new URL('https://example.com/news') }
export type TestEvent = PollEvent<typeof request, string>
export type TestEffect = PollEffect<typeof request, string>

export const results = ['messages', 'empty', 'undecodable', 'undelivered'] satisfies PollResult[]
const timers = ['response', 'held', 'next'] as const
const outcome: Outcome = {
  kind: 'retryable',
  error: new TautlineError('connect-failed', 'gone', {
    closeCode: 1006,
    reason: '',
    wasClean: false,
  }),
}

/** A policy with which every phase can be reached: the server holds its responses. */
export const pollPolicy: PollPolicy = {
  interval: undefined,
  minGap: 1000,
  minHiddenDelayMs: 0,
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 90_000,
  delay: ({ attempt }) => attempt * 4000,
  hasSubscribers: true,
}

/** How many polls were started; 0 after the end. */
export const pollCountOf = (state: PollState): number => ('pollCount' in state ? state.pollCount : 0)

/** Every kind of event. */
export const pollEvents: readonly TestEvent[] = [
  ...(['start', 'stop', 'pollNow', 'policyChanged', 'activity'] as const).map((type): TestEvent => ({
    type,
  })),
  ...timers.map((timer): TestEvent => ({ type: 'timeout', timer })),
  ...results.map((result): TestEvent => ({ type: 'handled', result })),
  { type: 'prepared', request },
  { type: 'opened', info: { protocol: '', url: request.url.href, headers: undefined } },
  ...[0, 20_000].map((retryAfterMs): TestEvent => ({ type: 'response', retryAfterMs, response: 'body' })),
  { type: 'ended', outcome },
  { type: 'ended', outcome: { kind: 'complete' } },
]

/** At once, a second after the last poll, and later. */
const times = [0, 50, 1000, 40_000]

/** A visible page, or a hidden one that polls every half minute, with a subscriber or without. */
const pages = [0, 30_000].flatMap((minHiddenDelayMs) =>
  [true, false].map((hasSubscribers) => ({ minHiddenDelayMs, hasSubscribers })),
)

export interface PollEdge {
  readonly from: PollState
  readonly event: TestEvent
  readonly to: PollState
  readonly effects: readonly TestEffect[]
  readonly now: number
}

/** The fields that only have a meaning in one phase. */
const OWN_FIELDS: Readonly<Partial<Record<PollState['phase'], readonly string[]>>> = {
  opening: ['url'],
  handling: ['respondedAt', 'isPollRequested'],
  waiting: ['nextPollAt', 'gapMs', 'result', 'random'],
  broughtForward: ['nextPollAt'],
}
const OWN_FIELD_NAMES = Object.values(OWN_FIELDS).flat()

/**
 * Returns the same text for states that are equal to the machine. Of times only their age range matters, and of numbers
 * whether they are 0, 1 or more.
 */
function keyOf(state: PollState, now: number): string {
  const ofPhase = OWN_FIELDS[state.phase] ?? []
  const isForeign = (name: string) => OWN_FIELD_NAMES.includes(name) && !ofPhase.includes(name)
  return JSON.stringify(state, (name, value: unknown) => {
    if (isForeign(name)) return undefined
    if (typeof value !== 'number' || name === 'random' || name === 'gapMs') return value
    if (!/At$|^notBefore$/.test(name)) return Math.min(value, 2)
    const age = now - value
    return [0, 100, 1000, 30_000].filter((limit) => age >= limit).length
  })
}

/** Whether an event cannot happen: its timer does not run or is not due, or there is no poll to which it could belong. */
function isImpossible(state: PollState, event: TestEvent, now: number): boolean {
  const { phase } = state
  const isPolling = phase === 'preparing' || phase === 'opening' || phase === 'requesting'
  if (event.type === 'ended') return !isPolling && phase !== 'handling'
  if (event.type !== 'timeout') return false
  if (event.timer === 'response') return !isPolling
  if (event.timer === 'held') return phase !== 'opening'
  return (phase !== 'waiting' && phase !== 'broughtForward') || now < state.nextPollAt
}

/** Visits every state that can be reached in `depth` steps, and yields each transition. */
export function* walkPolls(depth: number, policy: PollPolicy = pollPolicy): Generator<PollEdge> {
  const known = new Set<string>()
  let level = [{ state: initialPollState, now: 100_000 }]
  for (let step = 0; step < depth && level.length > 0; step++) {
    const next: typeof level = []
    for (const { state: from, now: before } of level) {
      for (const event of pollEvents) {
        for (const later of times) {
          for (const page of pages) {
            const now = before + later
            if (isImpossible(from, event, now)) continue
            const [to, effects] = transitionPoll(from, event, { ...policy, ...page }, { now, random: 0.5 })
            yield { from, event, to, effects, now }
            const key = keyOf(to, now)
            if (known.has(key)) continue
            known.add(key)
            next.push({ state: to, now })
          }
        }
      }
    }
    level = next
  }
}
