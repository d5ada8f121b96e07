import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { stateDiagram } from '../../test/machine/diagram.ts'
import { walkPolicy } from '../../test/machine/machine-walk.ts'
import { TautlineError } from '../shared/errors.ts'
import { quiet } from './liveness.ts'
import { initialState, transition } from './connection-machine.ts'
import type { Effect, Event, Policy, Stamp, State } from './connection-state.ts'

const error = new Error('gone')
const told = new TautlineError('closed', 'closed', { closeCode: 1012, reason: 'restart', wasClean: true })
const stamp: Stamp = { now: 100_000, random: 0.5, heard: 100_000, sent: true }
const at = (status: State['status'], more: Partial<State> = {}): State => ({
  ...initialState,
  status,
  epoch: 7,
  dialedAt: 99_900,
  ...more,
})

const idle = initialState
const connecting = at('connecting')
const open = at('open', { live: quiet({ interval: 25_000, timeout: 10_000 }, 99_950) })
const waiting = at('backoff', { waitingFor: 'timer', retryAt: 130_000, attempt: 1 })
const offline = at('backoff', { waitingFor: 'online', online: false, attempt: 1 })
const closed = at('closed', { closed: { by: 'fatal', error }, error })
const awaiting = at('open', { live: { phase: 'awaiting', due: 105_000, pingedAt: 95_000, again: false } })
const useful = at('open')
const lost: Event = { type: 'ended', epoch: 7, outcome: { kind: 'lost', error } }

/** An effect in a few letters, so that a row is a connection. */
function brief(effect: Effect): string {
  switch (effect.type) {
    case 'start':
      return `+${effect.timer} ${effect.wait}`
    case 'stop':
      return effect.timer ? `-${effect.timer}` : 'clear'
    case 'emit':
      return `!${effect.event.type}`
    case 'abandon':
      return effect.code === undefined ? 'abandon' : `abandon ${effect.code}`
    case 'discard':
      return `discard ${effect.why}`
    default:
      return effect.type
  }
}

type Row = readonly [
  name: string,
  from: State,
  event: Event,
  to: Partial<State>,
  effects: string,
  policy?: Partial<Policy>,
  stamp?: Partial<Stamp>,
]

const dialled = { status: 'connecting', epoch: 8, attempt: 0, dialedAt: 100_000, error: undefined } as const
const rows: readonly Row[] = [
  [
    'idle opens for its first subscriber',
    idle,
    { type: 'retain' },
    { ...dialled, epoch: 1 },
    '-linger, dial, +connect 10000',
  ],
  [
    'idle opens when told to',
    idle,
    { type: 'open' },
    { ...dialled, epoch: 1 },
    '-linger, dial, +connect 10000',
  ],
  [
    'closed opens when told to',
    closed,
    { type: 'open' },
    { ...dialled, closed: undefined },
    '-linger, dial, +connect 10000',
  ],
  ['closed stays so for a new subscriber', closed, { type: 'retain' }, closed, '-linger'],
  ['open() changes nothing that is up', open, { type: 'open' }, open, ''],
  [
    'connecting is open once it is useful',
    connecting,
    { type: 'opened', epoch: 7 },
    { status: 'open', epoch: 7, error: undefined },
    'clear, +stable 5000, +heartbeat 25000, flush, !open',
  ],
  [
    'without a heartbeat none is started',
    connecting,
    { type: 'opened', epoch: 7 },
    { live: undefined },
    'clear, +stable 5000, flush, !open',
    { heartbeat: undefined },
  ],
  [
    'a failed attempt backs off',
    connecting,
    lost,
    { status: 'backoff', epoch: 8, attempt: 1, waitingFor: 'timer', retryAt: 100_500, error },
    'clear, abandon, !error, +retry 500, !retry',
  ],
  [
    'an attempt that takes too long is abandoned',
    connecting,
    { type: 'timeout', timer: 'connect' },
    { status: 'backoff', attempt: 1, error: expect.objectContaining({ code: 'timeout' }) },
    'clear, abandon, !error, +retry 500, !retry',
  ],
  [
    'a fatal outcome is final',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'fatal', error } },
    { status: 'closed', closed: { by: 'fatal', error }, error },
    'clear, abandon, !error, discard closed',
  ],
  [
    'a line that is lost is abandoned at once',
    open,
    lost,
    { status: 'backoff', epoch: 8, attempt: 1, error },
    'clear, abandon, !close, !error, +retry 500, !retry',
  ],
  [
    'completion is final, and no error',
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'complete' } },
    { status: 'closed', closed: { by: 'complete', error: undefined } },
    'clear, abandon 1000, !close, discard closed',
  ],
  [
    'a stable connection forgives its past',
    at('open', { attempt: 4, renewed: true }),
    { type: 'timeout', timer: 'stable' },
    { status: 'open', attempt: 0, renewed: false },
    '',
  ],
  [
    'opening forgives nothing',
    at('connecting', { attempt: 4 }),
    { type: 'opened', epoch: 7 },
    { status: 'open', attempt: 4 },
    'clear, +stable 5000, +heartbeat 25000, flush, !open',
  ],
  [
    'credentials are asked for once more, without a wait',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { ...dialled, renewed: true, error },
    'clear, abandon, !error, dial, +connect 10000',
  ],
  [
    'and refused again they are fatal',
    at('connecting', { renewed: true }),
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { status: 'closed', closed: { by: 'fatal', error } },
    'clear, abandon, !error, discard closed',
  ],
  [
    'and where nobody can be asked too',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { status: 'closed', closed: { by: 'fatal', error } },
    'clear, abandon, !error, discard closed',
    { renewable: false },
  ],
  [
    'the last attempt exhausts',
    at('connecting', { attempt: 2 }),
    lost,
    { status: 'closed', attempt: 2, closed: { by: 'exhausted', error } },
    'clear, abandon, !error, discard closed, !giveup',
  ],
  [
    'retry: false is exhausted by the first loss',
    open,
    lost,
    { status: 'closed', closed: { by: 'exhausted', error } },
    'clear, abandon, !close, !error, discard closed, !giveup',
    { limit: 0 },
  ],
  [
    'retry.when may decline',
    open,
    lost,
    { status: 'closed', closed: { by: 'server', error } },
    'clear, abandon, !close, !error, discard closed',
    { when: () => false },
  ],
  [
    'retry.when may insist',
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'fatal', error } },
    { status: 'backoff', attempt: 1 },
    'clear, abandon, !close, !error, +retry 500, !retry',
    { when: () => true },
  ],
  [
    '[retry-after] a wish of the server raises the wait',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'lost', error, retryAfter: 3000 } },
    { retryAt: 103_500, notBefore: 103_500 },
    'clear, abandon, !error, +retry 3500, !retry',
  ],
  [
    '[retry-after] and is capped at five minutes',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'lost', error, retryAfter: 9e9 } },
    { retryAt: 400_500 },
    'clear, abandon, !error, +retry 300500, !retry',
  ],
  [
    '[retry-after] a hint waits for the next loss',
    open,
    { type: 'hint', epoch: 7, wait: 2000 },
    { status: 'open', hint: 2000 },
    '',
  ],
  [
    '[retry-after] and is not dropped by its use',
    at('open', { hint: 2000 }),
    lost,
    { hint: 2000, retryAt: 102_500 },
    'clear, abandon, !close, !error, +retry 2500, !retry',
  ],
  [
    '[retry-after] it holds for the next one too',
    at('connecting', { hint: 2000, attempt: 1 }),
    lost,
    { hint: 2000, retryAt: 110_000, notBefore: 110_000 },
    'clear, abandon, !error, +retry 10000, !retry',
  ],
  [
    '[retry-after] also when the connection was of use meanwhile',
    at('open', { hint: 2000, attempt: 1 }),
    { type: 'timeout', timer: 'stable' },
    { hint: 2000, attempt: 0 },
    '',
  ],
  [
    '[retry-after] of two wishes the longer counts',
    at('connecting', { hint: 2000 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'lost', error, retryAfter: 3000 } },
    { hint: 2000, retryAt: 103_500 },
    'clear, abandon, !error, +retry 3500, !retry',
  ],
  [
    '[retry-after] a longer wish for one wait does not shorten it',
    at('connecting', { hint: 9000 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'lost', error, retryAfter: 3000 } },
    { retryAt: 109_500 },
    'clear, abandon, !error, +retry 9500, !retry',
  ],
  [
    '[retry-after] one that is said again changes nothing',
    at('open', { hint: 2000 }),
    { type: 'hint', epoch: 7, wait: 2000 },
    at('open', { hint: 2000 }),
    '',
  ],
  [
    '[retry-after] a newer one replaces it',
    at('open', { hint: 2000 }),
    { type: 'hint', epoch: 7, wait: 0 },
    { hint: 0 },
    '',
  ],
  ['[retry-after] one of an old connection is inert', open, { type: 'hint', epoch: 6, wait: 2000 }, open, ''],
  [
    '[retry-after] another destination has none yet',
    at('open', { hint: 2000 }),
    { type: 'retarget' },
    { ...dialled, hint: 0 },
    'clear, abandon 1000, !close, discard destination, dial, +connect 10000',
  ],
  [
    'the retry timer dials',
    waiting,
    { type: 'timeout', timer: 'retry' },
    { status: 'connecting', epoch: 8, attempt: 1, waitingFor: undefined, retryAt: undefined },
    'dial, +connect 10000',
  ],
  [
    'offline holds the attempts back',
    waiting,
    { type: 'signal', signal: 'offline' },
    { waitingFor: 'online', online: false, retryAt: undefined },
    'clear',
  ],
  [
    'online again: at least a second after the last dial, with a little jitter',
    offline,
    { type: 'signal', signal: 'online' },
    { waitingFor: 'timer', online: true, retryAt: 101_025 },
    '+retry 1025',
  ],
  [
    'visible brings an attempt forward',
    waiting,
    { type: 'signal', signal: 'visible' },
    { waitingFor: 'timer', retryAt: 101_025 },
    '+retry 1025',
  ],
  [
    '[retry-after] but never before the server allows it',
    { ...waiting, notBefore: 160_000, retryAt: 160_000 },
    { type: 'signal', signal: 'visible' },
    { retryAt: 160_000 },
    '+retry 60000',
  ],
  [
    'a loss while offline waits for the network',
    at('open', { online: false }),
    lost,
    { status: 'backoff', attempt: 1, waitingFor: 'online', retryAt: undefined },
    'clear, abandon, !close, !error, !retry',
  ],
  [
    'offline probes a line that is up',
    open,
    { type: 'signal', signal: 'offline' },
    {
      status: 'open',
      online: false,
      live: { phase: 'awaiting', due: 103_000, pingedAt: 100_000, again: false },
    },
    '+heartbeat 3000, ping',
  ],
  [
    'so does a page that is visible again',
    open,
    { type: 'signal', signal: 'visible' },
    { status: 'open' },
    '+heartbeat 3000, ping',
  ],
  [
    'and a clock that jumped',
    open,
    { type: 'signal', signal: 'wake' },
    { status: 'open' },
    '+heartbeat 3000, ping',
  ],
  [
    'hidden alone changes nothing',
    open,
    { type: 'signal', signal: 'hidden' },
    { status: 'open', visible: false },
    '',
    { pauseHidden: false },
  ],
  [
    'a hidden page gives its line back where it should',
    open,
    { type: 'signal', signal: 'hidden' },
    { status: 'backoff', waitingFor: 'visible' },
    'clear, abandon 1000, !close',
  ],
  [
    'also when it is offline',
    { ...connecting, online: false },
    { type: 'signal', signal: 'hidden' },
    { status: 'backoff' },
    'clear, abandon 1000',
  ],
  [
    'a page in the bfcache closes',
    open,
    { type: 'signal', signal: 'freeze' },
    { status: 'backoff', waitingFor: 'page', attempt: 0, page: false },
    'clear, abandon 1000, !close',
  ],
  [
    'and reopens when it comes back',
    at('backoff', { page: false, waitingFor: 'page' }),
    { type: 'signal', signal: 'resume' },
    { page: true, waitingFor: 'timer', retryAt: 101_025 },
    '+retry 1025',
  ],
  [
    'the interval is over: a ping',
    open,
    { type: 'timeout', timer: 'heartbeat' },
    { live: { phase: 'awaiting', due: 135_000, pingedAt: 125_000, again: false } },
    '+heartbeat 10000, ping',
    {},
    { now: 125_000 },
  ],
  [
    'no reply in time: lost, though no close ever came',
    awaiting,
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'backoff', error: expect.objectContaining({ code: 'timeout' }) },
    'clear, abandon, !close, !error, +retry 500, !retry',
    {},
    { now: 105_000, heard: 94_000 },
  ],
  [
    'any byte counts as life',
    awaiting,
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'open', live: { phase: 'quiet', due: 120_000, pingedAt: 95_000, again: false } },
    '+heartbeat 15000',
    {},
    { now: 105_000, heard: 96_000 },
  ],
  ['a reply tells the latency', awaiting, { type: 'reply', epoch: 7 }, { latency: 5000 }, '+heartbeat 20000'],
  [
    'close() is final',
    open,
    { type: 'close', code: 3001, reason: 'bye' },
    { status: 'closed', epoch: 8, closed: { by: 'user' } },
    'clear, abandon 3001, !close, -linger, discard closed',
  ],
  [
    'close() from connecting',
    connecting,
    { type: 'close' },
    { status: 'closed', closed: { by: 'user' } },
    'clear, abandon 1000, -linger, discard closed',
  ],
  [
    'close() from backoff',
    waiting,
    { type: 'close' },
    { status: 'closed', attempt: 0 },
    'clear, -linger, discard closed',
  ],
  ['close() from idle', idle, { type: 'close' }, { status: 'closed' }, 'clear, -linger, discard closed'],
  [
    'reconnect() from open',
    open,
    { type: 'reconnect' },
    dialled,
    'clear, abandon 1000, !close, -linger, dial, +connect 10000',
  ],
  [
    'reconnect() from exhausted',
    closed,
    { type: 'reconnect' },
    dialled,
    'clear, -linger, dial, +connect 10000',
  ],
  [
    'another destination: what waits is dropped',
    open,
    { type: 'retarget' },
    dialled,
    'clear, abandon 1000, !close, discard destination, dial, +connect 10000',
  ],
  ['another destination while idle', idle, { type: 'retarget' }, idle, 'discard destination'],
  ['the last subscriber goes: it lingers', open, { type: 'release' }, open, '+linger 1000'],
  [
    'and is idle after that',
    open,
    { type: 'timeout', timer: 'linger' },
    { status: 'idle', epoch: 8 },
    'clear, abandon 1000, !close, -linger, discard closed, released',
  ],
  [
    'or at once',
    open,
    { type: 'release', now: true },
    { status: 'idle' },
    'clear, abandon 1000, !close, -linger, discard closed, released',
  ],
  ['a subscriber that comes back in time keeps it', open, { type: 'retain' }, open, '-linger'],
  [
    '[stream-completion] what must not be asked twice is not, once it has answered',
    open,
    lost,
    { status: 'closed', closed: { by: 'server', error }, error },
    'clear, abandon, !close, !error, discard closed',
    { once: true },
  ],
  [
    '[stream-completion] nor when it was aborted unanswered: it may be at work',
    connecting,
    { type: 'timeout', timer: 'connect' },
    { status: 'closed', closed: { by: 'server', error: expect.objectContaining({ code: 'timeout' }) } },
    'clear, abandon, !error, discard closed',
    { once: true },
  ],
  [
    '[option-functions] [stream-completion] as long as its credentials are on their way, nothing was asked',
    connecting,
    { type: 'timeout', timer: 'connect' },
    { status: 'backoff', attempt: 1 },
    'clear, abandon, !error, +retry 500, !retry',
    { once: true },
    { sent: false },
  ],
  [
    '[page-events] [stream-completion] nor is it interrupted then',
    connecting,
    { type: 'signal', signal: 'freeze' },
    { status: 'backoff', waitingFor: 'page' },
    'clear, abandon 1000',
    { once: true },
    { sent: false },
  ],
  [
    '[retry-delays] a policy that says so closes as what it was',
    idle,
    { type: 'close', closed: { by: 'complete' } },
    { status: 'closed', closed: { by: 'complete' } },
    'clear, -linger, discard closed',
  ],
  [
    '[stream-completion] nor when it goes silent',
    { ...open, live: quiet({ interval: undefined, timeout: 5000 }, 90_000) },
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'closed', closed: { by: 'server', error: expect.objectContaining({ code: 'timeout' }) } },
    'clear, abandon, !close, !error, discard closed',
    { once: true, heartbeat: { interval: undefined, timeout: 5000 } },
    { now: 95_000, heard: 90_000 },
  ],
  [
    '[stream-completion] before a response it is requested again',
    connecting,
    lost,
    { status: 'backoff', attempt: 1 },
    'clear, abandon, !error, +retry 500, !retry',
    { once: true },
  ],
  [
    '[stream-completion] so it is with fresh credentials',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { ...dialled, renewed: true, error },
    'clear, abandon, !error, dial, +connect 10000',
    { once: true },
  ],
  [
    '[stream-completion] completion is what it hopes for',
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'complete' } },
    { status: 'closed', closed: { by: 'complete', error: undefined } },
    'clear, abandon 1000, !close, discard closed',
    { once: true },
  ],
  [
    '[stream-completion] retry.when may insist',
    open,
    lost,
    { status: 'backoff', attempt: 1 },
    'clear, abandon, !close, !error, +retry 500, !retry',
    { once: true, when: () => true },
  ],
  [
    '[stream-completion] reconnect() explicitly requests again',
    at('closed', { closed: { by: 'complete' } }),
    { type: 'reconnect' },
    dialled,
    'clear, -linger, dial, +connect 10000',
    { once: true },
  ],
  [
    '[bfcache] the bfcache ends it while it is up',
    open,
    { type: 'signal', signal: 'freeze' },
    { status: 'closed', closed: { by: 'fatal', error: expect.objectContaining({ code: 'interrupted' }) } },
    'clear, abandon, !close, !error, discard closed',
    { once: true },
  ],
  [
    '[page-events] and while it waits for a response',
    connecting,
    { type: 'signal', signal: 'freeze' },
    { status: 'closed', closed: { by: 'fatal', error: expect.objectContaining({ code: 'interrupted' }) } },
    'clear, abandon, !error, discard closed',
    { once: true },
  ],
  [
    '[page-events] but not while it waits to be asked',
    waiting,
    { type: 'signal', signal: 'freeze' },
    { status: 'backoff', waitingFor: 'page', retryAt: undefined },
    'clear',
    { once: true },
  ],
  [
    '[poll-interval] a retry that nobody looks at may have to wait longer',
    at('open', { visible: false }),
    lost,
    { status: 'backoff', retryAt: 160_000 },
    'clear, abandon, !close, !error, +retry 60000, !retry',
    { pauseHidden: false, unseenWait: 60_000 },
  ],
  [
    'and one that somebody looks at does not',
    open,
    lost,
    { status: 'backoff', retryAt: 100_500 },
    'clear, abandon, !close, !error, +retry 500, !retry',
    { pauseHidden: false, unseenWait: 60_000 },
  ],
  ['an old epoch is inert', open, { type: 'ended', epoch: 6, outcome: { kind: 'fatal', error } }, open, ''],
  ['what had to wait is tried again', open, { type: 'timeout', timer: 'drain' }, open, 'flush'],
  [
    'a line that says itself when it is useful is not proved by its age',
    connecting,
    { type: 'opened', epoch: 7 },
    { status: 'open' },
    'clear, flush, !open',
    { heartbeat: undefined, stableAfter: Number.POSITIVE_INFINITY },
  ],
  [
    '[stable-connection] what proves it forgives its past, and lets credentials be requested again',
    at('open', { attempt: 3, renewed: true }),
    { type: 'useful', epoch: 7 },
    { status: 'open', epoch: 7, attempt: 0, renewed: false },
    '',
  ],
  ['where there is nothing to forgive, nothing changes', useful, { type: 'useful', epoch: 7 }, useful, ''],
  [
    '[stable-connection] nothing is proved before the connection is open',
    at('connecting', { attempt: 2, renewed: true }),
    { type: 'useful', epoch: 7 },
    { status: 'connecting', attempt: 2, renewed: true },
    '',
  ],
  [
    'nor by a resource that was given up',
    at('open', { attempt: 2 }),
    { type: 'useful', epoch: 6 },
    { attempt: 2 },
    '',
  ],
  ...(['visible', 'offline', 'online', 'wake', 'resume'] as const).map((signal): Row => [
    `a line without a heartbeat is probed by its own means: ${signal}`,
    at('open'),
    { type: 'signal', signal },
    { status: 'open', epoch: 7 },
    'probe',
    { heartbeat: undefined },
  ]),
  [
    'but not because nobody looks',
    at('open'),
    { type: 'signal', signal: 'hidden' },
    { status: 'open', visible: false },
    '',
    { heartbeat: undefined, pauseHidden: false },
  ],
  [
    'nor before it is open',
    connecting,
    { type: 'signal', signal: 'wake' },
    { status: 'connecting' },
    '',
    { heartbeat: undefined },
  ],
]

describe('the table', () => {
  for (const [name, from, event, to, effects, policy, when] of rows) {
    test(name, () => {
      const [next, done] = transition(from, event, { ...walkPolicy, ...policy }, { ...stamp, ...when })
      expect(next).toMatchObject(to)
      expect(done.map(brief).join(', ')).toBe(effects)
      if (to === from) expect(next).toBe(from)
    })
  }

  test('a close tells what the server said', () => {
    const outcome = { kind: 'lost', error: told } as const
    const [, effects] = transition(open, { type: 'ended', epoch: 7, outcome }, walkPolicy, stamp)
    const event = { type: 'close', closeCode: 1012, reason: 'restart', wasClean: true, error: told }
    expect(effects).toContainEqual({ type: 'emit', event })
  })

  test('the diagram in the docs is drawn from it', () => {
    const read = (file: string) => readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8')
    expect(read('state-diagram.mmd'), 'run: pnpm diagram').toBe(stateDiagram())
    expect(read('architecture.md')).toContain(`\`\`\`mermaid\n${stateDiagram()}\`\`\``)
  })
})
