import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { stateDiagram } from '../../test/machine/diagram.ts'
import { walkPolicy } from '../../test/machine/machine-walk.ts'
import { HttpError, TautlineError } from '../shared/errors.ts'
import { startLiveness } from './liveness.ts'
import { initialState, transition } from './connection-machine.ts'
import type { Effect, MachineEvent, Policy, TransitionInput, State } from './connection-state.ts'

const error = new TautlineError('connect-failed', 'gone', { closeCode: 1006, reason: '', wasClean: false })
const told = new TautlineError('closed', 'closed', { closeCode: 1012, reason: 'restart', wasClean: true })
const stamp: TransitionInput = { now: 100_000, random: 0.5, lastActivityAt: 100_000, isRequestSent: true }
const at = (status: State['status'], more: Partial<State> = {}): State => ({
  ...initialState,
  status,
  epoch: 7,
  lastConnectAt: 99_900,
  ...more,
})

const idle = initialState
const connecting = at('connecting')
const open = at('open', { liveness: startLiveness({ intervalMs: 25_000, timeoutMs: 10_000 }, 99_950) })
const waiting = at('backoff', { waitingFor: 'timer', retryAt: 130_000, attempt: 1 })
const offline = at('backoff', { waitingFor: 'online', isOnline: false, attempt: 1 })
const closed = at('closed', { closed: { by: 'fatal', error }, error })
const awaiting = at('open', {
  liveness: { phase: 'awaiting', dueAt: 105_000, pingedAt: 95_000, isSecondChance: false },
})
const useful = at('open')
const lost: MachineEvent = { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error } }

/** An effect in a few letters, so that a row is a connection. */
function brief(effect: Effect): string {
  switch (effect.type) {
    case 'start':
      return `+${effect.timer} ${effect.delayMs}`
    case 'stop':
      return effect.timer ? `-${effect.timer}` : 'clear'
    case 'emit':
      return `!${effect.event.type}`
    case 'closeTransport':
      return effect.code === undefined ? 'closeTransport' : `closeTransport ${effect.code}`
    case 'dropQueued':
      return `dropQueued ${effect.why}`
    default:
      return effect.type
  }
}

type Row = readonly [
  name: string,
  from: State,
  event: MachineEvent,
  to: Partial<State>,
  effects: string,
  policy?: Partial<Policy>,
  stamp?: Partial<TransitionInput>,
]

const dialled = {
  status: 'connecting',
  epoch: 8,
  attempt: 0,
  lastConnectAt: 100_000,
  error: undefined,
} as const satisfies Partial<State>

const rows: readonly Row[] = [
  [
    'idle opens for its first subscriber',
    idle,
    { type: 'subscribed' },
    { ...dialled, epoch: 1 },
    '-closeDelay, connect, +connect 10000',
  ],
  [
    'idle opens when told to',
    idle,
    { type: 'open' },
    { ...dialled, epoch: 1 },
    '-closeDelay, connect, +connect 10000',
  ],
  [
    'closed opens when told to',
    closed,
    { type: 'open' },
    { ...dialled, closed: undefined },
    '-closeDelay, connect, +connect 10000',
  ],
  ['closed stays so for a new subscriber', closed, { type: 'subscribed' }, closed, '-closeDelay'],
  ['open() changes nothing that is up', open, { type: 'open' }, open, ''],
  [
    'connecting is open once it is useful',
    connecting,
    { type: 'opened', epoch: 7 },
    { status: 'open', epoch: 7, error: undefined },
    'clear, +stable 5000, +heartbeat 25000, flushQueue, !open',
  ],
  [
    'without a heartbeat none is started',
    connecting,
    { type: 'opened', epoch: 7 },
    { liveness: undefined },
    'clear, +stable 5000, flushQueue, !open',
    { heartbeat: undefined },
  ],
  [
    'a failed attempt backs off',
    connecting,
    lost,
    { status: 'backoff', epoch: 8, attempt: 1, waitingFor: 'timer', retryAt: 100_500, error },
    'clear, closeTransport, !error, +retry 500, !retry',
  ],
  [
    'an attempt that takes too long is abandoned',
    connecting,
    { type: 'timeout', timer: 'connect' },
    { status: 'backoff', attempt: 1, error: expect.objectContaining({ code: 'timeout' }) },
    'clear, closeTransport, !error, +retry 500, !retry',
  ],
  [
    'a fatal outcome is final',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'fatal', error } },
    { status: 'closed', closed: { by: 'fatal', error }, error },
    'clear, closeTransport, !error, dropQueued closed',
  ],
  [
    'a line that is lost is abandoned at once',
    open,
    lost,
    { status: 'backoff', epoch: 8, attempt: 1, error },
    'clear, closeTransport, !close, !error, +retry 500, !retry',
  ],
  [
    'completion is final, and no error',
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'complete' } },
    { status: 'closed', closed: { by: 'complete', error: undefined } },
    'clear, closeTransport 1000, !close, dropQueued closed',
  ],
  [
    'a stable connection forgives its past',
    at('open', { attempt: 4, hasRenewedCredentials: true }),
    { type: 'timeout', timer: 'stable' },
    { status: 'open', attempt: 0, hasRenewedCredentials: false },
    '',
  ],
  [
    'opening forgives nothing',
    at('connecting', { attempt: 4 }),
    { type: 'opened', epoch: 7 },
    { status: 'open', attempt: 4 },
    'clear, +stable 5000, +heartbeat 25000, flushQueue, !open',
  ],
  [
    'credentials are asked for once more, without a wait',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { ...dialled, hasRenewedCredentials: true, error },
    'clear, closeTransport, !error, connect, +connect 10000',
  ],
  [
    'and refused again they are fatal',
    at('connecting', { hasRenewedCredentials: true }),
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { status: 'closed', closed: { by: 'fatal', error } },
    'clear, closeTransport, !error, dropQueued closed',
  ],
  [
    'and where nobody can be asked too',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { status: 'closed', closed: { by: 'fatal', error } },
    'clear, closeTransport, !error, dropQueued closed',
    { canRenewCredentials: false },
  ],
  [
    'the last attempt exhausts',
    at('connecting', { attempt: 2 }),
    lost,
    { status: 'closed', attempt: 2, closed: { by: 'exhausted', error } },
    'clear, closeTransport, !error, dropQueued closed, !give-up',
  ],
  [
    'retry: false is exhausted by the first loss',
    open,
    lost,
    { status: 'closed', closed: { by: 'exhausted', error } },
    'clear, closeTransport, !close, !error, dropQueued closed, !give-up',
    { limit: 0 },
  ],
  [
    'retry.when may decline',
    open,
    lost,
    { status: 'closed', closed: { by: 'server', error } },
    'clear, closeTransport, !close, !error, dropQueued closed',
    { when: () => false },
  ],
  [
    'retry.when may insist',
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'fatal', error } },
    { status: 'backoff', attempt: 1 },
    'clear, closeTransport, !close, !error, +retry 500, !retry',
    { when: () => true },
  ],
  [
    '[retry-after] a wish of the server raises the wait',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error, retryAfterMs: 3000 } },
    { retryAt: 103_500, notBefore: 103_500 },
    'clear, closeTransport, !error, +retry 3500, !retry',
  ],
  [
    '[retry-after] and is capped at five minutes',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error, retryAfterMs: 9e9 } },
    { retryAt: 400_500 },
    'clear, closeTransport, !error, +retry 300500, !retry',
  ],
  [
    '[retry-after] a hint waits for the next loss',
    open,
    { type: 'serverDelay', epoch: 7, delayMs: 2000 },
    { status: 'open', serverDelayMs: 2000 },
    '',
  ],
  [
    '[retry-after] and is not dropped by its use',
    at('open', { serverDelayMs: 2000 }),
    lost,
    { serverDelayMs: 2000, retryAt: 102_500 },
    'clear, closeTransport, !close, !error, +retry 2500, !retry',
  ],
  [
    '[retry-after] it holds for the next one too',
    at('connecting', { serverDelayMs: 2000, attempt: 1 }),
    lost,
    { serverDelayMs: 2000, retryAt: 110_000, notBefore: 110_000 },
    'clear, closeTransport, !error, +retry 10000, !retry',
  ],
  [
    '[retry-after] also when the connection was of use meanwhile',
    at('open', { serverDelayMs: 2000, attempt: 1 }),
    { type: 'timeout', timer: 'stable' },
    { serverDelayMs: 2000, attempt: 0 },
    '',
  ],
  [
    '[retry-after] of two wishes the longer counts',
    at('connecting', { serverDelayMs: 2000 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error, retryAfterMs: 3000 } },
    { serverDelayMs: 2000, retryAt: 103_500 },
    'clear, closeTransport, !error, +retry 3500, !retry',
  ],
  [
    '[retry-after] a longer wish for one wait does not shorten it',
    at('connecting', { serverDelayMs: 9000 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error, retryAfterMs: 3000 } },
    { retryAt: 109_500 },
    'clear, closeTransport, !error, +retry 9500, !retry',
  ],
  [
    '[retry-after] one that is said again changes nothing',
    at('open', { serverDelayMs: 2000 }),
    { type: 'serverDelay', epoch: 7, delayMs: 2000 },
    at('open', { serverDelayMs: 2000 }),
    '',
  ],
  [
    '[retry-after] a newer one replaces it',
    at('open', { serverDelayMs: 2000 }),
    { type: 'serverDelay', epoch: 7, delayMs: 0 },
    { serverDelayMs: 0 },
    '',
  ],
  [
    '[retry-after] one of an old connection is inert',
    open,
    { type: 'serverDelay', epoch: 6, delayMs: 2000 },
    open,
    '',
  ],
  [
    '[retry-after] another destination has none yet',
    at('open', { serverDelayMs: 2000 }),
    { type: 'keyChanged' },
    { ...dialled, serverDelayMs: 0 },
    'clear, closeTransport 1000, !close, dropQueued destination, connect, +connect 10000',
  ],
  [
    'the retry timer dials',
    waiting,
    { type: 'timeout', timer: 'retry' },
    { status: 'connecting', epoch: 8, attempt: 1, waitingFor: undefined, retryAt: undefined },
    'connect, +connect 10000',
  ],
  [
    'offline holds the attempts back',
    waiting,
    { type: 'pageEvent', pageEvent: 'offline' },
    { waitingFor: 'online', isOnline: false, retryAt: undefined },
    'clear',
  ],
  [
    'online again: at least a second after the last dial, with a little jitter',
    offline,
    { type: 'pageEvent', pageEvent: 'online' },
    { waitingFor: 'timer', isOnline: true, retryAt: 101_025 },
    '+retry 1025',
  ],
  [
    'visible brings an attempt forward',
    waiting,
    { type: 'pageEvent', pageEvent: 'visible' },
    { waitingFor: 'timer', retryAt: 101_025 },
    '+retry 1025',
  ],
  [
    '[retry-after] but never before the server allows it',
    { ...waiting, notBefore: 160_000, retryAt: 160_000 },
    { type: 'pageEvent', pageEvent: 'visible' },
    { retryAt: 160_000 },
    '+retry 60000',
  ],
  [
    'a loss while offline waits for the network',
    at('open', { isOnline: false }),
    lost,
    { status: 'backoff', attempt: 1, waitingFor: 'online', retryAt: undefined },
    'clear, closeTransport, !close, !error, !retry',
  ],
  [
    'offline probes a line that is up',
    open,
    { type: 'pageEvent', pageEvent: 'offline' },
    {
      status: 'open',
      isOnline: false,
      liveness: { phase: 'awaiting', dueAt: 103_000, pingedAt: 100_000, isSecondChance: false },
    },
    '+heartbeat 3000, ping',
  ],
  [
    'so does a page that is visible again',
    open,
    { type: 'pageEvent', pageEvent: 'visible' },
    { status: 'open' },
    '+heartbeat 3000, ping',
  ],
  [
    'and a clock that jumped',
    open,
    { type: 'pageEvent', pageEvent: 'wake' },
    { status: 'open' },
    '+heartbeat 3000, ping',
  ],
  [
    'hidden alone changes nothing',
    open,
    { type: 'pageEvent', pageEvent: 'hidden' },
    { status: 'open', isVisible: false },
    '',
    { pauseHidden: false },
  ],
  [
    'a hidden page gives its line back where it should',
    open,
    { type: 'pageEvent', pageEvent: 'hidden' },
    { status: 'backoff', waitingFor: 'visible' },
    'clear, closeTransport 1000, !close',
  ],
  [
    'also when it is offline',
    { ...connecting, isOnline: false },
    { type: 'pageEvent', pageEvent: 'hidden' },
    { status: 'backoff' },
    'clear, closeTransport 1000',
  ],
  [
    'a page in the bfcache closes',
    open,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'backoff', waitingFor: 'page', attempt: 0, isPageActive: false },
    'clear, closeTransport 1000, !close',
  ],
  [
    'and reopens when it comes back',
    at('backoff', { isPageActive: false, waitingFor: 'page' }),
    { type: 'pageEvent', pageEvent: 'pageshow' },
    { isPageActive: true, waitingFor: 'timer', retryAt: 101_025 },
    '+retry 1025',
  ],
  [
    'the interval is over: a ping',
    open,
    { type: 'timeout', timer: 'heartbeat' },
    { liveness: { phase: 'awaiting', dueAt: 135_000, pingedAt: 125_000, isSecondChance: false } },
    '+heartbeat 10000, ping',
    {},
    { now: 125_000 },
  ],
  [
    'no reply in time: lost, though no close ever came',
    awaiting,
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'backoff', error: expect.objectContaining({ code: 'timeout' }) },
    'clear, closeTransport, !close, !error, +retry 500, !retry',
    {},
    { now: 105_000, lastActivityAt: 94_000 },
  ],
  [
    'any byte counts as life',
    awaiting,
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'open', liveness: { phase: 'idle', dueAt: 120_000, pingedAt: 95_000, isSecondChance: false } },
    '+heartbeat 15000',
    {},
    { now: 105_000, lastActivityAt: 96_000 },
  ],
  ['a reply tells the latency', awaiting, { type: 'reply', epoch: 7 }, { latency: 5000 }, '+heartbeat 20000'],
  [
    'close() is final',
    open,
    { type: 'close', code: 3001, reason: 'bye' },
    { status: 'closed', epoch: 8, closed: { by: 'user' } },
    'clear, closeTransport 3001, !close, -closeDelay, dropQueued closed',
  ],
  [
    'close() from connecting',
    connecting,
    { type: 'close' },
    { status: 'closed', closed: { by: 'user' } },
    'clear, closeTransport 1000, -closeDelay, dropQueued closed',
  ],
  [
    'close() from backoff',
    waiting,
    { type: 'close' },
    { status: 'closed', attempt: 0 },
    'clear, -closeDelay, dropQueued closed',
  ],
  [
    'close() from idle',
    idle,
    { type: 'close' },
    { status: 'closed' },
    'clear, -closeDelay, dropQueued closed',
  ],
  [
    'reconnect() from open',
    open,
    { type: 'reconnect' },
    dialled,
    'clear, closeTransport 1000, !close, -closeDelay, connect, +connect 10000',
  ],
  [
    'reconnect() from exhausted',
    closed,
    { type: 'reconnect' },
    dialled,
    'clear, -closeDelay, connect, +connect 10000',
  ],
  [
    'another destination: what waits is dropped',
    open,
    { type: 'keyChanged' },
    dialled,
    'clear, closeTransport 1000, !close, dropQueued destination, connect, +connect 10000',
  ],
  ['another destination while idle', idle, { type: 'keyChanged' }, idle, 'dropQueued destination'],
  ['the last subscriber goes: it lingers', open, { type: 'unsubscribed' }, open, '+closeDelay 1000'],
  [
    'and is idle after that',
    open,
    { type: 'timeout', timer: 'closeDelay' },
    { status: 'idle', epoch: 8 },
    'clear, closeTransport 1000, !close, -closeDelay, dropQueued closed, released',
  ],
  [
    'or at once',
    open,
    { type: 'unsubscribed', now: true },
    { status: 'idle' },
    'clear, closeTransport 1000, !close, -closeDelay, dropQueued closed, released',
  ],
  ['a subscriber that comes back in time keeps it', open, { type: 'subscribed' }, open, '-closeDelay'],
  [
    '[stream-completion] what must not be asked twice is not, once it has answered',
    open,
    lost,
    { status: 'closed', closed: { by: 'server', error }, error },
    'clear, closeTransport, !close, !error, dropQueued closed',
    { idempotent: false },
  ],
  [
    '[stream-completion] nor when it was aborted unanswered: it may be at work',
    connecting,
    { type: 'timeout', timer: 'connect' },
    { status: 'closed', closed: { by: 'server', error: expect.objectContaining({ code: 'timeout' }) } },
    'clear, closeTransport, !error, dropQueued closed',
    { idempotent: false },
  ],
  [
    '[option-functions] [stream-completion] as long as its credentials are on their way, nothing was asked',
    connecting,
    { type: 'timeout', timer: 'connect' },
    { status: 'backoff', attempt: 1 },
    'clear, closeTransport, !error, +retry 500, !retry',
    { idempotent: false },
    { isRequestSent: false },
  ],
  [
    '[page-events] [stream-completion] nor is it interrupted then',
    connecting,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'backoff', waitingFor: 'page' },
    'clear, closeTransport 1000',
    { idempotent: false },
    { isRequestSent: false },
  ],
  [
    '[retry-delays] a policy that says so closes as what it was',
    idle,
    { type: 'close', closed: { by: 'complete' } },
    { status: 'closed', closed: { by: 'complete' } },
    'clear, -closeDelay, dropQueued closed',
  ],
  [
    '[stream-completion] nor when it goes silent',
    { ...open, liveness: startLiveness({ intervalMs: undefined, timeoutMs: 5000 }, 90_000) },
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'closed', closed: { by: 'server', error: expect.objectContaining({ code: 'timeout' }) } },
    'clear, closeTransport, !close, !error, dropQueued closed',
    { idempotent: false, heartbeat: { intervalMs: undefined, timeoutMs: 5000 } },
    { now: 95_000, lastActivityAt: 90_000 },
  ],
  [
    '[stream-completion] before a response it is requested again',
    connecting,
    lost,
    { status: 'backoff', attempt: 1 },
    'clear, closeTransport, !error, +retry 500, !retry',
    { idempotent: false },
  ],
  [
    '[stream-completion] so it is with fresh credentials',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { ...dialled, hasRenewedCredentials: true, error },
    'clear, closeTransport, !error, connect, +connect 10000',
    { idempotent: false },
  ],
  [
    '[stream-completion] completion is what it hopes for',
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'complete' } },
    { status: 'closed', closed: { by: 'complete', error: undefined } },
    'clear, closeTransport 1000, !close, dropQueued closed',
    { idempotent: false },
  ],
  [
    '[stream-completion] retry.when may insist',
    open,
    lost,
    { status: 'backoff', attempt: 1 },
    'clear, closeTransport, !close, !error, +retry 500, !retry',
    { idempotent: false, when: () => true },
  ],
  [
    '[stream-completion] reconnect() explicitly requests again',
    at('closed', { closed: { by: 'complete' } }),
    { type: 'reconnect' },
    dialled,
    'clear, -closeDelay, connect, +connect 10000',
    { idempotent: false },
  ],
  [
    '[bfcache] the bfcache ends it while it is up',
    open,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'closed', closed: { by: 'fatal', error: expect.objectContaining({ code: 'interrupted' }) } },
    'clear, closeTransport, !close, !error, dropQueued closed',
    { idempotent: false },
  ],
  [
    '[page-events] and while it waits for a response',
    connecting,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'closed', closed: { by: 'fatal', error: expect.objectContaining({ code: 'interrupted' }) } },
    'clear, closeTransport, !error, dropQueued closed',
    { idempotent: false },
  ],
  [
    '[page-events] but not while it waits to be asked',
    waiting,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'backoff', waitingFor: 'page', retryAt: undefined },
    'clear',
    { idempotent: false },
  ],
  [
    '[poll-interval] a retry that nobody looks at may have to wait longer',
    at('open', { isVisible: false }),
    lost,
    { status: 'backoff', retryAt: 160_000 },
    'clear, closeTransport, !close, !error, +retry 60000, !retry',
    { pauseHidden: false, minHiddenDelayMs: 60_000 },
  ],
  [
    'and one that somebody looks at does not',
    open,
    lost,
    { status: 'backoff', retryAt: 100_500 },
    'clear, closeTransport, !close, !error, +retry 500, !retry',
    { pauseHidden: false, minHiddenDelayMs: 60_000 },
  ],
  ['an old epoch is inert', open, { type: 'ended', epoch: 6, outcome: { kind: 'fatal', error } }, open, ''],
  ['what had to wait is tried again', open, { type: 'timeout', timer: 'drain' }, open, 'flushQueue'],
  [
    'a line that says itself when it is useful is not proved by its age',
    connecting,
    { type: 'opened', epoch: 7 },
    { status: 'open' },
    'clear, flushQueue, !open',
    { heartbeat: undefined, stableAfterMs: Number.POSITIVE_INFINITY },
  ],
  [
    '[stable-connection] what proves it forgives its past, and lets credentials be requested again',
    at('open', { attempt: 3, hasRenewedCredentials: true }),
    { type: 'provedUseful', epoch: 7 },
    { status: 'open', epoch: 7, attempt: 0, hasRenewedCredentials: false },
    '',
  ],
  [
    'where there is nothing to forgive, nothing changes',
    useful,
    { type: 'provedUseful', epoch: 7 },
    useful,
    '',
  ],
  [
    '[stable-connection] nothing is proved before the connection is open',
    at('connecting', { attempt: 2, hasRenewedCredentials: true }),
    { type: 'provedUseful', epoch: 7 },
    { status: 'connecting', attempt: 2, hasRenewedCredentials: true },
    '',
  ],
  [
    'nor by a resource that was given up',
    at('open', { attempt: 2 }),
    { type: 'provedUseful', epoch: 6 },
    { attempt: 2 },
    '',
  ],
  ...(['visible', 'offline', 'online', 'wake', 'pageshow'] as const).map((signal): Row => [
    `a line without a heartbeat is probed by its own means: ${signal}`,
    at('open'),
    { type: 'pageEvent', pageEvent: signal },
    { status: 'open', epoch: 7 },
    'probe',
    { heartbeat: undefined },
  ]),
  [
    'but not because nobody looks',
    at('open'),
    { type: 'pageEvent', pageEvent: 'hidden' },
    { status: 'open', isVisible: false },
    '',
    { heartbeat: undefined, pauseHidden: false },
  ],
  [
    'nor before it is open',
    connecting,
    { type: 'pageEvent', pageEvent: 'wake' },
    { status: 'connecting' },
    '',
    { heartbeat: undefined },
  ],
  [
    'liveness is checked without a ping before the interval has ended',
    open,
    { type: 'checkLiveness' },
    open,
    '+heartbeat 24950',
  ],
  [
    'liveness is not checked before the connection is open',
    connecting,
    { type: 'checkLiveness' },
    connecting,
    '',
  ],
  ['liveness is not checked without a heartbeat', useful, { type: 'checkLiveness' }, useful, ''],
  [
    'liveness is not checked after the heartbeat was switched off',
    at('open', { liveness: { phase: 'awaiting', dueAt: 99_000, pingedAt: 89_000, isSecondChance: false } }),
    { type: 'checkLiveness' },
    { status: 'open', epoch: 7 },
    '',
    { heartbeat: undefined },
    { lastActivityAt: 0 },
  ],
  [
    'a page that becomes hidden leaves a retry when it is due',
    waiting,
    { type: 'pageEvent', pageEvent: 'hidden' },
    { status: 'backoff', waitingFor: 'timer', retryAt: 130_000, isVisible: false },
    '',
    { pauseHidden: false },
  ],
  [
    'a network that is lost leaves a retry when it is due without pause.offline',
    waiting,
    { type: 'pageEvent', pageEvent: 'offline' },
    { status: 'backoff', waitingFor: 'timer', retryAt: 130_000, isOnline: false },
    '',
    { pauseOffline: false },
  ],
  ...([0, 1] as const).map((retryAfterMs): Row => [
    `a retry after a server delay of ${retryAfterMs} ms`,
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error, retryAfterMs } },
    { retryAt: 100_500 + retryAfterMs, notBefore: retryAfterMs && 100_500 + retryAfterMs },
    `clear, closeTransport, !close, !error, +retry ${500 + retryAfterMs}, !retry`,
  ]),
  [
    'the shortest close delay is waited for',
    open,
    { type: 'unsubscribed' },
    open,
    '+closeDelay 1',
    { closeDelayMs: 1 },
  ],
  ['liveness is not checked after the connection was closed', closed, { type: 'checkLiveness' }, closed, ''],
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
    const outcome = { kind: 'retryable', error: told } as const
    const [, effects] = transition(open, { type: 'ended', epoch: 7, outcome }, walkPolicy, stamp)
    const event = { type: 'close', closeCode: 1012, reason: 'restart', wasClean: true, error: told }
    expect(effects).toContainEqual({ type: 'emit', event })
  })

  test.each([
    ['no error', undefined, { closeCode: 1000, reason: '', wasClean: true }],
    [
      'an error without a close code',
      new HttpError('no', { status: 503 }),
      { closeCode: 1006, wasClean: false },
    ],
    ['the error of a close event', error, { closeCode: 1006, reason: '', wasClean: false }],
  ])('the close event after %s', (_, cause, detail) => {
    const outcome = { kind: 'retryable', error: cause } as const
    const [, effects] = transition(open, { type: 'ended', epoch: 7, outcome }, walkPolicy, stamp)
    const event = expect.objectContaining({ type: 'close', ...detail, error: cause })
    expect(effects).toContainEqual({ type: 'emit', event })
  })

  test('the diagram in the docs is drawn from it', () => {
    const read = (file: string) => readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8')
    expect(read('state-diagram.mmd'), 'run: pnpm diagram').toBe(stateDiagram())
    expect(read('architecture.md')).toContain(`\`\`\`mermaid\n${stateDiagram()}\`\`\``)
  })
})
