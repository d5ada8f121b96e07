import { TautlineError } from '../shared/errors.ts'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { pollDiagram } from '../../test/machine/poll-diagram.ts'
import { type TestEffect, type TestEvent, pollPolicy, request } from '../../test/machine/poll-walk.ts'
import { initialPollState, transitionPoll } from './poll-machine.ts'
import type { Handling, PollPolicy, PollResult, PollState, Waiting } from './poll-state.ts'
import type { RetryInput } from './retry.ts'

const error = new TautlineError('connect-failed', 'gone', {
  closeCode: 1006,
  reason: '',
  wasClean: false,
})
const input: RetryInput = { now: 100_000, random: 0.5 }
const info = { protocol: '', url: 'https://example.com/moved', headers: new Headers() }

const never = Number.NEGATIVE_INFINITY
const progress = {
  pollCount: 7,
  requestedAt: 99_500,
  notBefore: never,
  undecodableCount: 0,
  immediateCount: 0,
}
const idle = initialPollState
const first: PollState = { ...progress, phase: 'preparing', pollCount: 1 }
const opening: PollState = { ...progress, phase: 'opening', pollCount: 1, url: request.url.href }
const preparing: PollState = { ...progress, phase: 'preparing' }
const requesting: PollState = { ...progress, phase: 'requesting' }
const handling: Handling = {
  ...progress,
  phase: 'handling',
  respondedAt: 99_950,
  isPollRequested: false,
}
const waiting: Waiting = {
  ...progress,
  phase: 'waiting',
  nextPollAt: 100_500,
  gapMs: 1000,
  result: 'empty',
  random: 0.5,
}
const forward: PollState = { ...progress, phase: 'broughtForward', nextPollAt: 100_500 }
const stopped: PollState = { phase: 'stopped' }

const handled = (result: PollResult): TestEvent => ({ type: 'handled', result })
const response = (retryAfterMs = 0): TestEvent => ({
  type: 'response',

  retryAfterMs,
  response: 'body',
})
const pollNow: TestEvent = { type: 'pollNow' }
const other: TestEvent = { type: 'policyChanged' }
const due: TestEvent = { type: 'timeout', timer: 'next' }
const late: TestEvent = { type: 'timeout', timer: 'response' }
const held: TestEvent = { type: 'timeout', timer: 'held' }

/** An effect in a few letters, so that a row is a line. */
function brief(effect: TestEffect): string {
  switch (effect.type) {
    case 'start':
      return `+${effect.timer} ${effect.delayMs}`
    case 'stop':
      return effect.timer ? `-${effect.timer}` : 'clear'
    case 'opened':
      return `open ${effect.info.url}`
    case 'ended':
      return `ended ${effect.outcome.kind}`
    default:
      return effect.type
  }
}

type Row = readonly [
  name: string,
  from: PollState,
  event: TestEvent,
  to: Partial<PollState>,
  effects: string,
  policy?: Partial<PollPolicy>,
  input?: Partial<RetryInput>,
]

const next = { phase: 'preparing', pollCount: 8, requestedAt: 100_000 } as const
const poll = 'clear, +response 10000, prepare'
const rows: readonly Row[] = [
  ['the first poll', idle, { type: 'start' }, { ...next, pollCount: 1 }, 'clear, +response 10000, prepare'],
  ['a second start has no effect', requesting, { type: 'start' }, requesting, ''],

  [
    'the first request starts a timer that detects a held request',
    first,
    { type: 'prepared', request },
    { phase: 'opening', url: request.url.href },
    '+held 1000, +response 90000, send',
  ],
  [
    'a held request is detected after at most half of timeout.connect',
    first,
    { type: 'prepared', request },
    { phase: 'opening' },
    '+held 150, +response 90000, send',
    { connectTimeoutMs: 300 },
  ],
  [
    'with an interval, no request counts as held',
    first,
    { type: 'prepared', request },
    { phase: 'opening' },
    '+response 10000, send',
    { interval: 5000, requestTimeoutMs: 10_000 },
  ],
  [
    'a later request does not open the connection again',
    preparing,
    { type: 'prepared', request },
    { phase: 'requesting' },
    '+response 90000, send',
  ],
  [
    'an option function that takes too long ends the attempt',
    preparing,
    late,
    stopped,
    'clear, abort, ended retryable',
  ],
  [
    'an option function that throws ends the attempt',
    preparing,
    { type: 'ended', outcome: { kind: 'retryable', error } },
    stopped,
    'clear, abort, ended retryable',
  ],
  ['a page event does not call the option functions a second time', preparing, pollNow, preparing, ''],

  [
    'a response opens the connection',
    opening,
    { type: 'opened', info },
    { phase: 'requesting' },
    `-held, open ${info.url}`,
  ],
  [
    'a held request opens the connection',
    opening,
    held,
    { phase: 'requesting' },
    `-held, open ${request.url.href}`,
  ],
  ['once', requesting, { type: 'opened', info }, requesting, ''],
  [
    'the first request that takes too long ends the attempt',
    opening,
    late,
    stopped,
    'clear, abort, ended retryable',
  ],
  ['a page event does not replace a request before the connection is open', opening, pollNow, opening, ''],

  [
    'a response is delivered',
    requesting,
    response(),
    { phase: 'handling', respondedAt: 100_000, notBefore: never, isPollRequested: false },
    'clear, deliver',
  ],
  ['Retry-After', requesting, response(20_000), { notBefore: 120_000 }, 'clear, deliver'],
  [
    'Retry-After counts for at most five minutes',
    requesting,
    response(1e9),
    { notBefore: 400_000 },
    'clear, deliver',
  ],
  [
    'an invalid Retry-After is ignored',
    requesting,
    response(Number.NaN),
    { notBefore: never },
    'clear, deliver',
  ],
  [
    'a failed request ends the attempt',
    requesting,
    { type: 'ended', outcome: { kind: 'fatal', error } },
    stopped,
    'clear, abort, ended fatal',
  ],
  [
    'a request that takes too long ends the attempt',
    requesting,
    late,
    stopped,
    'clear, abort, ended retryable',
  ],
  ['a page event does not replace a request that was just sent', requesting, pollNow, requesting, ''],
  [
    'a page event replaces a request that was sent a second ago',
    requesting,
    pollNow,
    { ...next, requestedAt: 100_500 },
    `abort, ${poll}`,
    {},
    { now: 100_500 },
  ],
  ['other options do not affect a request in flight', requesting, other, requesting, ''],

  ['after messages the next poll starts at once', handling, handled('messages'), next, poll],
  [
    'after an empty response the next poll waits for minGap',
    handling,
    handled('empty'),
    { phase: 'waiting', gapMs: 1000, nextPollAt: 100_500 },
    '+next 500',
  ],
  [
    'minGap counts from the start of the last request',
    { ...handling, requestedAt: 99_000 },
    handled('empty'),
    next,
    poll,
  ],
  [
    'with an interval, the next poll waits after messages, too',
    handling,
    handled('messages'),
    { phase: 'waiting', gapMs: 5000 },
    '+next 4500',
    { interval: 5000 },
  ],
  [
    'after an undecodable response the next poll waits like a retry',
    handling,
    handled('undecodable'),
    { phase: 'waiting', undecodableCount: 1, gapMs: 4000 },
    '+next 3500',
  ],
  [
    'the wait grows with each undecodable response',
    { ...handling, undecodableCount: 2 },
    handled('undecodable'),
    { undecodableCount: 3, gapMs: 12_000 },
    '+next 11500',
  ],
  [
    'a decodable response resets that wait',
    { ...handling, undecodableCount: 2 },
    handled('empty'),
    { undecodableCount: 0, gapMs: 1000 },
    '+next 500',
  ],
  [
    'after undelivered messages the next poll waits for a second',
    handling,
    handled('undelivered'),
    { phase: 'waiting', gapMs: 1000 },
    '+next 500',
    { minGap: 0, hasSubscribers: false },
  ],
  ['a new subscriber gets undelivered messages at once', handling, handled('undelivered'), next, poll],
  [
    'an undelivered response does not change the count of undecodable ones',
    { ...handling, undecodableCount: 2 },
    handled('undelivered'),
    { undecodableCount: 2 },
    '+next 7500',
    { hasSubscribers: false },
  ],
  [
    'a hidden page polls less often',
    handling,
    handled('messages'),
    { phase: 'waiting', gapMs: 30_000 },
    '+next 29500',
    { minHiddenDelayMs: 30_000 },
  ],
  [
    'Retry-After is obeyed',
    { ...handling, notBefore: 120_000 },
    handled('messages'),
    { phase: 'waiting', nextPollAt: 120_000 },
    '+next 20000',
  ],
  [
    'an immediate response is counted',
    { ...handling, respondedAt: 99_599 },
    handled('messages'),
    { immediateCount: 1 },
    poll,
  ],
  [
    'a held response resets the count',
    { ...handling, immediateCount: 99 },
    handled('messages'),
    { immediateCount: 0 },
    poll,
  ],
  [
    'after a hundred immediate responses there is a gap',
    { ...handling, requestedAt: 99_995, respondedAt: 99_999, immediateCount: 100 },
    handled('messages'),
    { phase: 'waiting', immediateCount: 101, gapMs: 10 },
    '+next 5',
  ],
  [
    'a page event during the delivery is remembered',
    handling,
    pollNow,
    { ...handling, isPollRequested: true },
    '',
  ],
  [
    'after the delivery it brings the next poll forward',
    { ...handling, isPollRequested: true },
    handled('empty'),
    { phase: 'broughtForward', nextPollAt: 100_500 },
    '+next 39500, +next 500',
    { minGap: 40_000 },
  ],
  [
    'it has no effect if the next poll starts at once',
    { ...handling, isPollRequested: true },
    handled('messages'),
    next,
    poll,
  ],
  [
    'a cursor that cannot be read ends the attempt',
    handling,
    { type: 'ended', outcome: { kind: 'retryable', error } },
    stopped,
    'clear, abort, ended retryable',
  ],

  ['the next poll starts when it is due', waiting, due, next, poll],
  [
    'a poll that is due waits longer if the page was hidden in the meantime',
    waiting,
    due,
    { phase: 'waiting', gapMs: 30_000, nextPollAt: 129_500 },
    '+next 29500',
    { minHiddenDelayMs: 30_000 },
  ],
  [
    'a new interval applies to the current wait',
    waiting,
    other,
    { phase: 'waiting', gapMs: 5000, nextPollAt: 104_500 },
    '+next 4500',
    { interval: 5000 },
  ],
  ['a new interval that is over by now starts the next poll', waiting, other, next, poll, { interval: 400 }],
  [
    'a new subscriber ends the wait for undelivered messages',
    { ...waiting, result: 'undelivered' },
    other,
    next,
    poll,
  ],
  ['a page event does not change a wait that ends soon', waiting, pollNow, waiting, ''],
  [
    'a page event shortens a longer wait',
    { ...waiting, nextPollAt: 150_000 },
    pollNow,
    { phase: 'broughtForward', nextPollAt: 100_500 },
    '+next 500',
  ],
  [
    'a page event starts the next poll if the last one is a second old',
    { ...waiting, nextPollAt: 150_000, requestedAt: 99_000 },
    pollNow,
    next,
    poll,
  ],
  [
    'a page event does not start a poll before the end of Retry-After',
    { ...waiting, nextPollAt: 150_000, notBefore: 120_000 },
    pollNow,
    { phase: 'broughtForward', nextPollAt: 120_000 },
    '+next 20000',
  ],
  [
    'a page event does not start a poll sooner than the option of a hidden page allows',
    { ...waiting, nextPollAt: 150_000 },
    pollNow,
    { phase: 'broughtForward', nextPollAt: 129_500 },
    '+next 29500',
    { minHiddenDelayMs: 30_000 },
  ],
  [
    'after the clock was set back, waits do not get longer',
    { ...waiting, requestedAt: 3_700_000, notBefore: 3_720_000 },
    other,
    { requestedAt: 100_000, notBefore: 400_000, nextPollAt: 400_000 },
    '+next 300000',
  ],

  ['a poll that was brought forward starts when it is due', forward, due, next, poll],
  ['other options do not change a poll that was brought forward', forward, other, forward, ''],
  ['a second page event does not change it', forward, pollNow, forward, ''],

  ['stop before the first poll', idle, { type: 'stop' }, stopped, 'clear, abort'],
  ['stop while functions run', preparing, { type: 'stop' }, stopped, 'clear, abort'],
  ['stop during a request', requesting, { type: 'stop' }, stopped, 'clear, abort'],
  ['stop while the response is delivered', handling, { type: 'stop' }, stopped, 'clear, abort'],
  ['stop during a wait', waiting, { type: 'stop' }, stopped, 'clear, abort'],
  ['stopped is final', stopped, pollNow, stopped, ''],
  ['a response after the end is ignored', stopped, response(), stopped, ''],
]

describe('the table of docs/architecture.md', () => {
  test.for(rows)('%s', ([, from, event, to, effects, policy = {}, drawn = {}]) => {
    const [state, done] = transitionPoll(from, event, { ...pollPolicy, ...policy }, { ...input, ...drawn })
    expect(state).toMatchObject(to)
    expect(done.map(brief).join(', ')).toBe(effects)
  })

  test.each([
    ['connect', preparing, 10_000, /function/],
    ['request', requesting, 90_000, /timeout\.request/],
  ] as const)('a timeout names its phase: %s', (phase, from, timeout, text) => {
    const [, effects] = transitionPoll(from, late, pollPolicy, input)
    expect(effects.at(-1)).toMatchObject({
      type: 'ended',
      outcome: {
        error: { code: 'timeout', phase, timeout, message: expect.stringMatching(text) },
      },
    })
  })

  test('requests and responses are passed through as they are', () => {
    const sent = transitionPoll(preparing, { type: 'prepared', request }, pollPolicy, input)[1]
    expect(sent.find(({ type }) => type === 'send')).toEqual({ type: 'send', request })
    const received = transitionPoll(requesting, response(), pollPolicy, input)[1]
    expect(received.at(-1)).toEqual({ type: 'deliver', response: 'body' })
  })

  test('the diagram in the docs is drawn from it', () => {
    const read = (file: string) => readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8')
    expect(read('poll-diagram.mmd'), 'run: npm run diagram').toBe(pollDiagram())
    expect(read('architecture.md')).toContain(`\`\`\`mermaid\n${pollDiagram()}\`\`\``)
  })
})
