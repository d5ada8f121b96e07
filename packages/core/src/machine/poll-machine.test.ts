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
  ['starting twice is starting once', requesting, { type: 'start' }, requesting, ''],

  [
    'the first request may be held',
    first,
    { type: 'prepared', request },
    { phase: 'opening', url: request.url.href },
    '+held 1000, +response 90000, send',
  ],
  [
    'half of timeout.connect at the most',
    first,
    { type: 'prepared', request },
    { phase: 'opening' },
    '+held 150, +response 90000, send',
    { connectTimeoutMs: 300 },
  ],
  [
    'with an interval nothing is held',
    first,
    { type: 'prepared', request },
    { phase: 'opening' },
    '+response 10000, send',
    { interval: 5000, requestTimeoutMs: 10_000 },
  ],
  [
    'a later request finds the connection open',
    preparing,
    { type: 'prepared', request },
    { phase: 'requesting' },
    '+response 90000, send',
  ],
  ['an option function takes too long', preparing, late, stopped, 'clear, abort, ended retryable'],
  [
    'an option function throws',
    preparing,
    { type: 'ended', outcome: { kind: 'retryable', error } },
    stopped,
    'clear, abort, ended retryable',
  ],
  ['option functions run once at a time', preparing, pollNow, preparing, ''],

  [
    'a response opens the connection',
    opening,
    { type: 'opened', info },
    { phase: 'requesting' },
    `-held, open ${info.url}`,
  ],
  [
    'so does a request that is held',
    opening,
    held,
    { phase: 'requesting' },
    `-held, open ${request.url.href}`,
  ],
  ['once', requesting, { type: 'opened', info }, requesting, ''],
  ['the first request takes too long', opening, late, stopped, 'clear, abort, ended retryable'],
  ['until the connection is open its timeout decides', opening, pollNow, opening, ''],

  [
    'a response is delivered',
    requesting,
    response(),
    { phase: 'handling', respondedAt: 100_000, notBefore: never, isPollRequested: false },
    'clear, deliver',
  ],
  ['Retry-After', requesting, response(20_000), { notBefore: 120_000 }, 'clear, deliver'],
  ['for five minutes at the most', requesting, response(1e9), { notBefore: 400_000 }, 'clear, deliver'],
  ['one that makes no sense', requesting, response(Number.NaN), { notBefore: never }, 'clear, deliver'],
  [
    'a request fails',
    requesting,
    { type: 'ended', outcome: { kind: 'fatal', error } },
    stopped,
    'clear, abort, ended fatal',
  ],
  ['a request takes too long', requesting, late, stopped, 'clear, abort, ended retryable'],
  ['one that has just been sent is not replaced', requesting, pollNow, requesting, ''],
  [
    'an older one is',
    requesting,
    pollNow,
    { ...next, requestedAt: 100_500 },
    `abort, ${poll}`,
    {},
    { now: 100_500 },
  ],
  ['a request is not affected by other options', requesting, other, requesting, ''],

  ['after messages the next poll begins at once', handling, handled('messages'), next, poll],
  [
    'after nothing new it waits for minGap',
    handling,
    handled('empty'),
    { phase: 'waiting', gapMs: 1000, nextPollAt: 100_500 },
    '+next 500',
  ],
  ['counted from the request', { ...handling, requestedAt: 99_000 }, handled('empty'), next, poll],
  [
    'after messages too with an interval',
    handling,
    handled('messages'),
    { phase: 'waiting', gapMs: 5000 },
    '+next 4500',
    { interval: 5000 },
  ],
  [
    'what cannot be decoded is polled at the pace of retries',
    handling,
    handled('undecodable'),
    { phase: 'waiting', undecodableCount: 1, gapMs: 4000 },
    '+next 3500',
  ],
  [
    'more slowly each time',
    { ...handling, undecodableCount: 2 },
    handled('undecodable'),
    { undecodableCount: 3, gapMs: 12_000 },
    '+next 11500',
  ],
  [
    'until one can be decoded',
    { ...handling, undecodableCount: 2 },
    handled('empty'),
    { undecodableCount: 0, gapMs: 1000 },
    '+next 500',
  ],
  [
    'what nobody received waits a second',
    handling,
    handled('undelivered'),
    { phase: 'waiting', gapMs: 1000 },
    '+next 500',
    { minGap: 0, hasSubscribers: false },
  ],
  ['unless somebody has come since', handling, handled('undelivered'), next, poll],
  [
    'what nobody received says nothing of decoding',
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
    'an immediate response counts',
    { ...handling, respondedAt: 99_599 },
    handled('messages'),
    { immediateCount: 1 },
    poll,
  ],
  [
    'one that was held ends the count',
    { ...handling, immediateCount: 99 },
    handled('messages'),
    { immediateCount: 0 },
    poll,
  ],
  [
    'after a hundred there is a gap',
    { ...handling, requestedAt: 99_995, respondedAt: 99_999, immediateCount: 100 },
    handled('messages'),
    { phase: 'waiting', immediateCount: 101, gapMs: 10 },
    '+next 5',
  ],
  [
    'a page event waits until the response is handled',
    handling,
    pollNow,
    { ...handling, isPollRequested: true },
    '',
  ],
  [
    'and then brings the next poll forward',
    { ...handling, isPollRequested: true },
    handled('empty'),
    { phase: 'broughtForward', nextPollAt: 100_500 },
    '+next 39500, +next 500',
    { minGap: 40_000 },
  ],
  [
    'or has no effect on one that begins at once',
    { ...handling, isPollRequested: true },
    handled('messages'),
    next,
    poll,
  ],
  [
    'the cursor cannot be read',
    handling,
    { type: 'ended', outcome: { kind: 'retryable', error } },
    stopped,
    'clear, abort, ended retryable',
  ],

  ['the next poll is due', waiting, due, next, poll],
  [
    'the page was hidden meanwhile',
    waiting,
    due,
    { phase: 'waiting', gapMs: 30_000, nextPollAt: 129_500 },
    '+next 29500',
    { minHiddenDelayMs: 30_000 },
  ],
  [
    'another interval',
    waiting,
    other,
    { phase: 'waiting', gapMs: 5000, nextPollAt: 104_500 },
    '+next 4500',
    { interval: 5000 },
  ],
  ['one that is over by now', waiting, other, next, poll, { interval: 400 }],
  [
    'a subscriber has come for what nobody received',
    { ...waiting, result: 'undelivered' },
    other,
    next,
    poll,
  ],
  ['a wait that ends soon is left alone', waiting, pollNow, waiting, ''],
  [
    'a longer one is brought forward',
    { ...waiting, nextPollAt: 150_000 },
    pollNow,
    { phase: 'broughtForward', nextPollAt: 100_500 },
    '+next 500',
  ],
  ['at once after a second', { ...waiting, nextPollAt: 150_000, requestedAt: 99_000 }, pollNow, next, poll],
  [
    'never before Retry-After',
    { ...waiting, nextPollAt: 150_000, notBefore: 120_000 },
    pollNow,
    { phase: 'broughtForward', nextPollAt: 120_000 },
    '+next 20000',
  ],
  [
    'nor more often than a hidden page may',
    { ...waiting, nextPollAt: 150_000 },
    pollNow,
    { phase: 'broughtForward', nextPollAt: 129_500 },
    '+next 29500',
    { minHiddenDelayMs: 30_000 },
  ],
  [
    'a clock that was set back makes no hour of a second',
    { ...waiting, requestedAt: 3_700_000, notBefore: 3_720_000 },
    other,
    { requestedAt: 100_000, notBefore: 400_000, nextPollAt: 400_000 },
    '+next 300000',
  ],

  ['what was brought forward is due', forward, due, next, poll],
  ['it does not follow from the options any more', forward, other, forward, ''],
  ['a second event changes nothing', forward, pollNow, forward, ''],

  ['stop before the first poll', idle, { type: 'stop' }, stopped, 'clear, abort'],
  ['stop while functions run', preparing, { type: 'stop' }, stopped, 'clear, abort'],
  ['stop during a request', requesting, { type: 'stop' }, stopped, 'clear, abort'],
  ['stop while the response is delivered', handling, { type: 'stop' }, stopped, 'clear, abort'],
  ['stop during a wait', waiting, { type: 'stop' }, stopped, 'clear, abort'],
  ['stopped is final', stopped, pollNow, stopped, ''],
  ['also for a response', stopped, response(), stopped, ''],
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
    expect(read('poll-diagram.mmd'), 'run: pnpm diagram').toBe(pollDiagram())
    expect(read('architecture.md')).toContain(`\`\`\`mermaid\n${pollDiagram()}\`\`\``)
  })
})
