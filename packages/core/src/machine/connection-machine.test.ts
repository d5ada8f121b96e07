import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { stateDiagram } from '../../test/machine/diagram.ts'
import { walkPolicy } from '../../test/machine/machine-walk.ts'
import { HttpError, TautlineError } from '../shared/errors.ts'
import { createSilencePolicy, startPings, startSilence } from './liveness.ts'
import { initialState, transition } from './connection-machine.ts'
import type { Effect, MachineEvent, Policy, TransitionInput, State } from './connection-state.ts'

const error = new TautlineError('connect-failed', 'gone', { closeCode: 1006, reason: '', wasClean: false })
const interruptedError = (by: 'page' | 'component') => new TautlineError('interrupted', 'interrupted', { by })
const closedByServer = new TautlineError('closed', 'closed', {
  closeCode: 1012,
  reason: 'restart',
  wasClean: true,
})
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
const open = at('open', { liveness: startPings({ intervalMs: 25_000, timeoutMs: 10_000 }, 99_950) })
const waiting = at('backoff', { waitingFor: 'timer', retryAt: 130_000, attempt: 1 })
const offline = at('backoff', { waitingFor: 'online', isOnline: false, attempt: 1 })
const closed = at('closed', { closed: { by: 'fatal', error }, error })
const awaiting = at('open', {
  liveness: { phase: 'awaiting', dueAt: 105_000, pingedAt: 95_000, isSecondChance: false },
})
const useful = at('open')
const suspect = at('open', { isSuspect: true })
const silent = { heartbeat: undefined } satisfies Partial<Policy>
const slept: MachineEvent = { type: 'pageEvent', pageEvent: 'slept' }
const online: MachineEvent = { type: 'pageEvent', pageEvent: 'online' }
const heartbeatTimer: MachineEvent = { type: 'timeout', timer: 'heartbeat' }
const lost: MachineEvent = { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error } }

/** Returns an effect as short text, so that each row fits on one line. */
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

const connected = {
  status: 'connecting',
  epoch: 8,
  attempt: 0,
  lastConnectAt: 100_000,
  error: undefined,
} as const satisfies Partial<State>

const rows: readonly Row[] = [
  [
    'idle: the first subscriber connects',
    idle,
    { type: 'subscribed' },
    { ...connected, epoch: 1 },
    '-closeDelay, connect, +connect 10000',
  ],
  [
    'idle: open() connects',
    idle,
    { type: 'open' },
    { ...connected, epoch: 1 },
    '-closeDelay, connect, +connect 10000',
  ],
  [
    'closed: open() connects',
    closed,
    { type: 'open' },
    { ...connected, closed: undefined },
    '-closeDelay, connect, +connect 10000',
  ],
  ['closed: a new subscriber does not connect', closed, { type: 'subscribed' }, closed, '-closeDelay'],
  ['open: open() changes nothing', open, { type: 'open' }, open, ''],
  [
    'connecting: opens when the transport is ready',
    connecting,
    { type: 'opened', epoch: 7 },
    { status: 'open', epoch: 7, error: undefined },
    'clear, +stable 5000, +heartbeat 25000, flushQueue, !open',
  ],
  [
    'without a heartbeat no heartbeat timer is started',
    connecting,
    { type: 'opened', epoch: 7 },
    { liveness: undefined },
    'clear, +stable 5000, flushQueue, !open',
    { heartbeat: undefined },
  ],
  [
    'a failed attempt is retried after a delay',
    connecting,
    lost,
    { status: 'backoff', epoch: 8, attempt: 1, waitingFor: 'timer', retryAt: 100_500, error },
    'clear, closeTransport, !error, +retry 500, !retry',
  ],
  [
    'an attempt that takes too long is aborted',
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
    'a lost connection closes its transport at once',
    open,
    lost,
    { status: 'backoff', epoch: 8, attempt: 1, error },
    'clear, closeTransport, !close, !error, +retry 500, !retry',
  ],
  [
    'completion is final, without an error',
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'complete' } },
    { status: 'closed', closed: { by: 'complete', error: undefined } },
    'clear, closeTransport 1000, !close, dropQueued closed',
  ],
  [
    'a stable connection resets its failures',
    at('open', { attempt: 4, hasRenewedCredentials: true }),
    { type: 'timeout', timer: 'stable' },
    { status: 'open', attempt: 0, hasRenewedCredentials: false },
    '',
  ],
  [
    'opening does not reset the failures',
    at('connecting', { attempt: 4 }),
    { type: 'opened', epoch: 7 },
    { status: 'open', attempt: 4 },
    'clear, +stable 5000, +heartbeat 25000, flushQueue, !open',
  ],
  [
    'rejected credentials are requested once more, without a delay',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { ...connected, hasRenewedCredentials: true, error },
    'clear, closeTransport, !error, connect, +connect 10000',
  ],
  [
    '[renewal-limit] a second renewal needs no delay',
    at('connecting', { renewalGapsEndAt: 110_000 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { ...connected, hasRenewedCredentials: true, renewalGapsEndAt: 120_000, error },
    'clear, closeTransport, !error, connect, +connect 10000',
  ],
  [
    '[renewal-limit] a third renewal waits until ten seconds after the first',
    at('connecting', { renewalGapsEndAt: 119_000 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { status: 'backoff', attempt: 1, hasRenewedCredentials: true, renewalGapsEndAt: 129_000 },
    'clear, closeTransport, !error, +retry 9500, !retry',
  ],
  [
    '[renewal-limit] a renewal needs no delay after the clock was set back',
    at('connecting', { renewalGapsEndAt: 9e9 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { ...connected, hasRenewedCredentials: true, renewalGapsEndAt: 110_000, error },
    'clear, closeTransport, !error, connect, +connect 10000',
  ],
  [
    '[renewal-limit] a third renewal is fatal without retries',
    at('connecting', { renewalGapsEndAt: 119_000 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { status: 'closed', closed: { by: 'fatal', error }, renewalGapsEndAt: 119_000 },
    'clear, closeTransport, !error, dropQueued closed',
    { limit: 0 },
  ],
  [
    '[renewal-limit] the first renewal needs no retries',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { ...connected, hasRenewedCredentials: true, error },
    'clear, closeTransport, !error, connect, +connect 10000',
    { limit: 0 },
  ],
  [
    'credentials that are rejected again are fatal',
    at('connecting', { hasRenewedCredentials: true }),
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { status: 'closed', closed: { by: 'fatal', error } },
    'clear, closeTransport, !error, dropQueued closed',
  ],
  [
    'rejected credentials that cannot be renewed are fatal',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { status: 'closed', closed: { by: 'fatal', error } },
    'clear, closeTransport, !error, dropQueued closed',
    { canRenewCredentials: false },
  ],
  [
    'after the last attempt the retries are exhausted',
    at('connecting', { attempt: 2 }),
    lost,
    { status: 'closed', attempt: 2, closed: { by: 'exhausted', error } },
    'clear, closeTransport, !error, dropQueued closed, !give-up',
  ],
  [
    'with retry: false the first failure closes for good',
    open,
    lost,
    { status: 'closed', closed: { by: 'exhausted', error } },
    'clear, closeTransport, !close, !error, dropQueued closed, !give-up',
    { limit: 0 },
  ],
  [
    'retry.when may refuse a retry',
    open,
    lost,
    { status: 'closed', closed: { by: 'server', error } },
    'clear, closeTransport, !close, !error, dropQueued closed',
    { when: () => false },
  ],
  [
    'retry.when may retry a fatal outcome',
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'fatal', error } },
    { status: 'backoff', attempt: 1 },
    'clear, closeTransport, !close, !error, +retry 500, !retry',
    { when: () => true },
  ],
  [
    '[retry-after] a Retry-After of the server lengthens the delay',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error, retryAfterMs: 3000 } },
    { retryAt: 103_500, notBefore: 103_500 },
    'clear, closeTransport, !error, +retry 3500, !retry',
  ],
  [
    '[retry-after] a Retry-After is limited to five minutes',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error, retryAfterMs: 9e9 } },
    { retryAt: 400_500 },
    'clear, closeTransport, !error, +retry 300500, !retry',
  ],
  [
    '[retry-after] a server delay is stored for the next retry',
    open,
    { type: 'serverDelay', epoch: 7, delayMs: 2000 },
    { status: 'open', serverDelayMs: 2000 },
    '',
  ],
  [
    '[retry-after] a server delay lengthens a retry and is not removed by it',
    at('open', { serverDelayMs: 2000 }),
    lost,
    { serverDelayMs: 2000, retryAt: 102_500 },
    'clear, closeTransport, !close, !error, +retry 2500, !retry',
  ],
  [
    '[retry-after] a server delay lengthens the next retry too',
    at('connecting', { serverDelayMs: 2000, attempt: 1 }),
    lost,
    { serverDelayMs: 2000, retryAt: 110_000, notBefore: 110_000 },
    'clear, closeTransport, !error, +retry 10000, !retry',
  ],
  [
    '[retry-after] a useful connection does not remove the server delay',
    at('open', { serverDelayMs: 2000, attempt: 1 }),
    { type: 'timeout', timer: 'stable' },
    { serverDelayMs: 2000, attempt: 0 },
    '',
  ],
  [
    '[retry-after] a Retry-After longer than the server delay applies',
    at('connecting', { serverDelayMs: 2000 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error, retryAfterMs: 3000 } },
    { serverDelayMs: 2000, retryAt: 103_500 },
    'clear, closeTransport, !error, +retry 3500, !retry',
  ],
  [
    '[retry-after] a Retry-After shorter than the server delay has no effect',
    at('connecting', { serverDelayMs: 9000 }),
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', error, retryAfterMs: 3000 } },
    { retryAt: 109_500 },
    'clear, closeTransport, !error, +retry 9500, !retry',
  ],
  [
    '[retry-after] an equal server delay changes nothing',
    at('open', { serverDelayMs: 2000 }),
    { type: 'serverDelay', epoch: 7, delayMs: 2000 },
    at('open', { serverDelayMs: 2000 }),
    '',
  ],
  [
    '[retry-after] a newer server delay replaces the old one',
    at('open', { serverDelayMs: 2000 }),
    { type: 'serverDelay', epoch: 7, delayMs: 0 },
    { serverDelayMs: 0 },
    '',
  ],
  [
    '[retry-after] a server delay with an old epoch has no effect',
    open,
    { type: 'serverDelay', epoch: 6, delayMs: 2000 },
    open,
    '',
  ],
  [
    '[retry-after] a new key removes the server delay',
    at('open', { serverDelayMs: 2000 }),
    { type: 'keyChanged' },
    { ...connected, serverDelayMs: undefined },
    'clear, closeTransport 1000, !close, dropQueued destination, connect, +connect 10000',
  ],
  [
    'the retry timer connects',
    waiting,
    { type: 'timeout', timer: 'retry' },
    { status: 'connecting', epoch: 8, attempt: 1, waitingFor: undefined, retryAt: undefined },
    'connect, +connect 10000',
  ],
  [
    'offline stops the retry timer',
    waiting,
    { type: 'pageEvent', pageEvent: 'offline' },
    { waitingFor: 'online', isOnline: false, retryAt: undefined },
    'clear',
  ],
  [
    'online again: retries a second after the last attempt, with a little jitter',
    offline,
    { type: 'pageEvent', pageEvent: 'online' },
    { waitingFor: 'timer', isOnline: true, retryAt: 101_025 },
    '+retry 1025',
  ],
  [
    'a page that becomes visible brings the retry forward',
    waiting,
    { type: 'pageEvent', pageEvent: 'visible' },
    { waitingFor: 'timer', retryAt: 101_025 },
    '+retry 1025',
  ],
  [
    '[retry-after] a page that becomes visible does not shorten a Retry-After',
    { ...waiting, notBefore: 160_000, retryAt: 160_000 },
    { type: 'pageEvent', pageEvent: 'visible' },
    { retryAt: 160_000 },
    '+retry 60000',
  ],
  [
    'a connection that is lost while offline waits for the network',
    at('open', { isOnline: false }),
    lost,
    { status: 'backoff', attempt: 1, waitingFor: 'online', retryAt: undefined },
    'clear, closeTransport, !close, !error, !retry',
  ],
  [
    'offline probes an open connection',
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
    'a page that becomes visible probes an open connection',
    open,
    { type: 'pageEvent', pageEvent: 'visible' },
    { status: 'open' },
    '+heartbeat 3000, ping',
  ],
  [
    'a wake event probes an open connection',
    open,
    { type: 'pageEvent', pageEvent: 'wake' },
    { status: 'open' },
    '+heartbeat 3000, ping',
  ],
  [
    'a hidden page keeps the connection',
    open,
    { type: 'pageEvent', pageEvent: 'hidden' },
    { status: 'open', isVisible: false },
    '',
    { pauseHidden: false },
  ],
  [
    'a hidden page closes the connection with pause.hidden',
    open,
    { type: 'pageEvent', pageEvent: 'hidden' },
    { status: 'backoff', waitingFor: 'visible' },
    'clear, closeTransport 1000, !close',
  ],
  [
    'a page that is hidden while offline stops connecting with pause.hidden',
    { ...connecting, isOnline: false },
    { type: 'pageEvent', pageEvent: 'hidden' },
    { status: 'backoff' },
    'clear, closeTransport 1000',
  ],
  [
    'a page in the bfcache closes the connection',
    open,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'backoff', waitingFor: 'page', attempt: 0, isPageActive: false },
    'clear, closeTransport 1000, !close',
  ],
  [
    'a page that leaves the bfcache reconnects',
    at('backoff', { isPageActive: false, waitingFor: 'page' }),
    { type: 'pageEvent', pageEvent: 'pageshow' },
    { isPageActive: true, waitingFor: 'timer', retryAt: 101_025 },
    '+retry 1025',
  ],
  [
    'pings after the interval',
    open,
    { type: 'timeout', timer: 'heartbeat' },
    { liveness: { phase: 'awaiting', dueAt: 135_000, pingedAt: 125_000, isSecondChance: false } },
    '+heartbeat 10000, ping',
    {},
    { now: 125_000 },
  ],
  [
    'without a reply in time the connection is lost, even without a close event',
    awaiting,
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'backoff', error: expect.objectContaining({ code: 'timeout' }) },
    'unanswered, clear, closeTransport, !close, !error, +retry 500, !retry',
    {},
    { now: 105_000, lastActivityAt: 94_000 },
  ],
  [
    'a connection that has replied before is lost in the same way',
    { ...awaiting, liveness: awaiting.liveness && { ...awaiting.liveness, hasReplied: true } },
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'backoff', error: expect.objectContaining({ code: 'timeout' }) },
    'clear, closeTransport, !close, !error, +retry 500, !retry',
    {},
    { now: 105_000, lastActivityAt: 94_000 },
  ],
  [
    'any received byte counts as a reply',
    awaiting,
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'open', liveness: { phase: 'idle', dueAt: 120_000, pingedAt: 95_000, isSecondChance: false } },
    '+heartbeat 15000',
    {},
    { now: 105_000, lastActivityAt: 96_000 },
  ],
  ['a reply tells the latency', awaiting, { type: 'reply', epoch: 7 }, { latency: 5000 }, '+heartbeat 20000'],
  [
    'close() closes with its code and reason',
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
    connected,
    'clear, closeTransport 1000, !close, -closeDelay, connect, +connect 10000',
  ],
  [
    'reconnect() from exhausted',
    closed,
    { type: 'reconnect' },
    connected,
    'clear, -closeDelay, connect, +connect 10000',
  ],
  [
    'another key: queued messages are dropped',
    open,
    { type: 'keyChanged' },
    connected,
    'clear, closeTransport 1000, !close, dropQueued destination, connect, +connect 10000',
  ],
  ['another key while idle', idle, { type: 'keyChanged' }, idle, 'dropQueued destination'],
  [
    'after the last subscriber the connection stays open for closeDelay',
    open,
    { type: 'unsubscribed' },
    open,
    '+closeDelay 1000',
  ],
  [
    'it closes after closeDelay',
    open,
    { type: 'timeout', timer: 'closeDelay' },
    { status: 'idle', epoch: 8 },
    'clear, closeTransport 1000, !close, -closeDelay, dropQueued closed, released',
  ],
  [
    'it closes at once if requested',
    open,
    { type: 'unsubscribed', now: true },
    { status: 'idle' },
    'clear, closeTransport 1000, !close, -closeDelay, dropQueued closed, released',
  ],
  [
    'a retry without a subscriber makes no attempt',
    waiting,
    { type: 'timeout', timer: 'retry' },
    { status: 'backoff', attempt: 1, retryAt: 130_500 },
    '',
    {},
    { now: 130_500, isUnused: true },
  ],
  [
    'nor does the renewal of credentials',
    at('connecting'),
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { status: 'backoff', waitingFor: 'timer', retryAt: 100_000, hasRenewedCredentials: true, error },
    'clear, closeTransport, !error',
    {},
    { isUnused: true },
  ],
  [
    'nor does a page event after a long wait for the response',
    at('connecting', { lastConnectAt: 80_000 }),
    { type: 'pageEvent', pageEvent: 'visible' },
    at('connecting', { lastConnectAt: 80_000 }),
    '',
    {},
    { isUnused: true },
  ],
  [
    'the next subscriber gets the overdue retry',
    { ...waiting, retryAt: 99_000 },
    { type: 'subscribed' },
    { status: 'backoff', attempt: 1 },
    '-closeDelay, +retry 0',
  ],
  [
    'a subscriber within closeDelay keeps the connection open',
    open,
    { type: 'subscribed' },
    open,
    '-closeDelay',
  ],
  [
    '[stream-completion] a non-idempotent request is not retried after its response began',
    open,
    lost,
    { status: 'closed', closed: { by: 'server', error }, error },
    'clear, closeTransport, !close, !error, dropQueued closed',
    { idempotent: false },
  ],
  [
    '[stream-completion] a non-idempotent request is not retried after a timeout: the server may be processing it',
    connecting,
    { type: 'timeout', timer: 'connect' },
    { status: 'closed', closed: { by: 'server', error: expect.objectContaining({ code: 'timeout' }) } },
    'clear, closeTransport, !error, dropQueued closed',
    { idempotent: false },
  ],
  [
    '[option-functions] [stream-completion] a non-idempotent request is retried if it still waited for credentials',
    connecting,
    { type: 'timeout', timer: 'connect' },
    { status: 'backoff', attempt: 1 },
    'clear, closeTransport, !error, +retry 500, !retry',
    { idempotent: false },
    { isRequestSent: false },
  ],
  [
    '[page-events] [stream-completion] the bfcache does not interrupt one that still waits for credentials',
    connecting,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'backoff', waitingFor: 'page' },
    'clear, closeTransport 1000',
    { idempotent: false },
    { isRequestSent: false },
  ],
  [
    '[retry-delays] a close event may restore the reason of an earlier close',
    idle,
    { type: 'close', closed: { by: 'complete' } },
    { status: 'closed', closed: { by: 'complete' } },
    'clear, -closeDelay, dropQueued closed',
  ],
  [
    '[stream-completion] a non-idempotent request is not retried after silence',
    { ...open, liveness: startSilence(5000, 90_000) },
    { type: 'timeout', timer: 'heartbeat' },
    { status: 'closed', closed: { by: 'server', error: expect.objectContaining({ code: 'timeout' }) } },
    'clear, closeTransport, !close, !error, dropQueued closed',
    { idempotent: false, heartbeat: createSilencePolicy(5000) },
    { now: 95_000, lastActivityAt: 90_000 },
  ],
  [
    '[stream-completion] a non-idempotent request is not retried if it failed before a response: it may have been processed',
    connecting,
    lost,
    { status: 'closed', closed: { by: 'server', error }, error },
    'clear, closeTransport, !error, dropQueued closed',
    { idempotent: false },
  ],
  [
    '[stream-completion] it is retried if the server recognizes a repeated request',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'retryable', isRepeatable: true, error } },
    { status: 'backoff', attempt: 1 },
    'clear, closeTransport, !error, +retry 500, !retry',
    { idempotent: false },
  ],
  [
    '[stream-completion] it is retried after a status that shows that the server has not processed it',
    connecting,
    {
      type: 'ended',
      epoch: 7,
      outcome: { kind: 'retryable', error: new HttpError('busy', { status: 503 }) },
    },
    { status: 'backoff', attempt: 1 },
    'clear, closeTransport, !error, +retry 500, !retry',
    { idempotent: false },
  ],
  [
    '[stream-completion] a non-idempotent request is retried with new credentials',
    connecting,
    { type: 'ended', epoch: 7, outcome: { kind: 'unauthorized', error } },
    { ...connected, hasRenewedCredentials: true, error },
    'clear, closeTransport, !error, connect, +connect 10000',
    { idempotent: false },
  ],
  [
    '[stream-completion] a non-idempotent request may complete',
    open,
    { type: 'ended', epoch: 7, outcome: { kind: 'complete' } },
    { status: 'closed', closed: { by: 'complete', error: undefined } },
    'clear, closeTransport 1000, !close, dropQueued closed',
    { idempotent: false },
  ],
  [
    '[stream-completion] retry.when may retry a non-idempotent request',
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
    connected,
    'clear, -closeDelay, connect, +connect 10000',
    { idempotent: false },
  ],
  [
    '[bfcache] the bfcache closes a non-idempotent request for good during its response',
    open,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'closed', closed: { by: 'fatal', error: expect.objectContaining({ code: 'interrupted' }) } },
    'clear, closeTransport, !close, !error, dropQueued closed',
    { idempotent: false, interruptedError },
  ],
  [
    '[page-events] the bfcache closes it for good while it waits for a response',
    connecting,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'closed', closed: { by: 'fatal', error: expect.objectContaining({ code: 'interrupted' }) } },
    'clear, closeTransport, !error, dropQueued closed',
    { idempotent: false, interruptedError },
  ],
  [
    '[page-events] the bfcache does not close it for good in backoff',
    waiting,
    { type: 'pageEvent', pageEvent: 'pagehide' },
    { status: 'backoff', waitingFor: 'page', retryAt: undefined },
    'clear',
    { idempotent: false },
  ],
  [
    '[poll-interval] a retry on a hidden page waits for minHiddenDelayMs',
    at('open', { isVisible: false }),
    lost,
    { status: 'backoff', retryAt: 160_000 },
    'clear, closeTransport, !close, !error, +retry 60000, !retry',
    { pauseHidden: false, minHiddenDelayMs: 60_000 },
  ],
  [
    'a retry on a visible page does not wait for minHiddenDelayMs',
    open,
    lost,
    { status: 'backoff', retryAt: 100_500 },
    'clear, closeTransport, !close, !error, +retry 500, !retry',
    { pauseHidden: false, minHiddenDelayMs: 60_000 },
  ],
  [
    'an event with an old epoch has no effect',
    open,
    { type: 'ended', epoch: 6, outcome: { kind: 'fatal', error } },
    open,
    '',
  ],
  ['the drain timer sends queued messages', open, { type: 'timeout', timer: 'drain' }, open, 'flushQueue'],
  [
    'without stableAfterMs no stable timer is started',
    connecting,
    { type: 'opened', epoch: 7 },
    { status: 'open' },
    'clear, flushQueue, !open',
    { heartbeat: undefined, stableAfterMs: Number.POSITIVE_INFINITY },
  ],
  [
    '[stable-connection] a connection that proves useful resets its failures and may renew credentials again',
    at('open', { attempt: 3, hasRenewedCredentials: true }),
    { type: 'provedUseful', epoch: 7 },
    { status: 'open', epoch: 7, attempt: 0, hasRenewedCredentials: false },
    '',
  ],
  [
    'without failures a useful connection returns the same state',
    useful,
    { type: 'provedUseful', epoch: 7 },
    useful,
    '',
  ],
  [
    '[stable-connection] while connecting the failures are not reset',
    at('connecting', { attempt: 2, hasRenewedCredentials: true }),
    { type: 'provedUseful', epoch: 7 },
    { status: 'connecting', attempt: 2, hasRenewedCredentials: true },
    '',
  ],
  [
    'an old transport does not reset the failures',
    at('open', { attempt: 2 }),
    { type: 'provedUseful', epoch: 6 },
    { attempt: 2 },
    '',
  ],
  ...(['visible', 'offline', 'online', 'wake', 'pageshow'] as const).map((signal): Row => [
    `a connection without a heartbeat is probed by its transport: ${signal}`,
    at('open'),
    { type: 'pageEvent', pageEvent: signal },
    { status: 'open', epoch: 7 },
    'probe',
    { heartbeat: undefined },
  ]),
  [
    'a page that becomes hidden does not probe',
    at('open'),
    { type: 'pageEvent', pageEvent: 'hidden' },
    { status: 'open', isVisible: false },
    '',
    { heartbeat: undefined, pauseHidden: false },
  ],
  [
    'while connecting there is no probe',
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
  [
    'a long sleep pings a connection with a heartbeat',
    open,
    slept,
    { status: 'open', isSuspect: false },
    '+heartbeat 3000, ping',
  ],
  [
    'a connection without a heartbeat may be dead after a long sleep',
    useful,
    slept,
    { status: 'open', epoch: 7, isSuspect: true },
    '+heartbeat 12500',
    silent,
  ],
  [
    'so may an attempt that the server has not answered yet',
    connecting,
    slept,
    { status: 'connecting', epoch: 7, isSuspect: true },
    '+heartbeat 12500',
    silent,
  ],
  [
    'also with a heartbeat, which begins when the connection is open',
    connecting,
    slept,
    { status: 'connecting', epoch: 7, isSuspect: true },
    '+heartbeat 12500',
  ],
  [
    'an attempt without a subscriber is not replaced by a page event',
    at('connecting', { lastConnectAt: 80_000 }),
    { type: 'pageEvent', pageEvent: 'visible' },
    { status: 'connecting', epoch: 7 },
    '',
    {},
    { isUnused: true },
  ],
  [
    'a connection may be dead when the network is back',
    at('open', { isOnline: false }),
    online,
    { status: 'open', isSuspect: true, isOnline: true },
    '+heartbeat 12500',
    silent,
  ],
  [
    'if offline events are ignored, the end of that time is ignored too',
    at('open', { isOnline: false }),
    online,
    { status: 'open', isSuspect: false },
    'probe',
    { ...silent, pauseOffline: false },
  ],
  ...(
    [
      ['a request that must not be repeated', { idempotent: false }],
      ['a connection that is not retried', { limit: 0 }],
      ['a connection whose transport probes it', { isProbed: true }],
    ] as const
  ).map(([name, policy]): Row => [
    `a long sleep does not replace ${name}`,
    useful,
    slept,
    { status: 'open', isSuspect: false },
    'probe',
    { ...silent, ...policy },
  ]),
  [
    'a second event does not postpone the replacement',
    suspect,
    slept,
    { status: 'open', isSuspect: true },
    'probe',
    silent,
  ],
  [
    'a byte proves that the connection is alive',
    suspect,
    { type: 'activity', epoch: 7 },
    { status: 'open', epoch: 7, isSuspect: false },
    '-heartbeat',
    silent,
  ],
  [
    'what was received before the body was held back proves nothing',
    suspect,
    { type: 'activity', epoch: 7 },
    suspect,
    '',
    silent,
    { isHeld: true },
  ],
  ['a byte of another connection changes nothing', useful, { type: 'activity', epoch: 7 }, useful, ''],
  [
    'a connection on which no byte has arrived is replaced',
    at('open', { isSuspect: true, attempt: 1 }),
    heartbeatTimer,
    { status: 'connecting', epoch: 8, attempt: 1, isSuspect: false, lastConnectAt: 100_000 },
    'clear, closeTransport 1000, !close, connect, +connect 10000',
    silent,
  ],
  [
    'so is an attempt without a response',
    at('connecting', { isSuspect: true }),
    heartbeatTimer,
    { status: 'connecting', epoch: 8, isSuspect: false },
    'clear, closeTransport 1000, connect, +connect 10000',
    silent,
  ],
  [
    'it is not replaced while the page is offline',
    at('open', { isSuspect: true, isOnline: false }),
    heartbeatTimer,
    { status: 'open', epoch: 7, isSuspect: true },
    '+heartbeat 12500',
    silent,
  ],
  [
    'it is not replaced without a subscriber',
    suspect,
    heartbeatTimer,
    { status: 'open', epoch: 7, isSuspect: true },
    '+heartbeat 12500',
    silent,
    { isUnused: true },
  ],
  [
    'it is not replaced while its body is held back',
    suspect,
    heartbeatTimer,
    { status: 'open', epoch: 7, isSuspect: true },
    '+heartbeat 12500',
    silent,
    { isHeld: true },
  ],
  [
    'a body that is held back is not silent',
    at('open', { liveness: startSilence(5000, 90_000) }),
    heartbeatTimer,
    { status: 'open', epoch: 7 },
    '+heartbeat 5000',
    { heartbeat: createSilencePolicy(5000) },
    { lastActivityAt: 90_000, isHeld: true },
  ],
  [
    'a response proves that the attempt is alive',
    at('connecting', { isSuspect: true }),
    { type: 'opened', epoch: 7 },
    { status: 'open', isSuspect: false },
    'clear, +stable 5000, flushQueue, !open',
    silent,
  ],
  [
    'a new heartbeat replaces the wait for a byte',
    suspect,
    { type: 'policyChanged' },
    { status: 'open', isSuspect: false },
    '+heartbeat 25000',
  ],
  ['other options do not end the wait for a byte', suspect, { type: 'policyChanged' }, suspect, '', silent],
  ['liveness is not checked after the connection was closed', closed, { type: 'checkLiveness' }, closed, ''],
]

describe('the table of transitions', () => {
  for (const [name, from, event, to, effects, policy, when] of rows) {
    test(name, () => {
      const [next, done] = transition(from, event, { ...walkPolicy, ...policy }, { ...stamp, ...when })
      expect(next).toMatchObject(to)
      expect(done.map(brief).join(', ')).toBe(effects)
      if (to === from) expect(next).toBe(from)
    })
  }

  test('the close event has the code and the reason of the server', () => {
    const outcome = { kind: 'retryable', error: closedByServer } as const
    const [, effects] = transition(open, { type: 'ended', epoch: 7, outcome }, walkPolicy, stamp)
    const event = { type: 'close', closeCode: 1012, reason: 'restart', wasClean: true, error: closedByServer }
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

  test('the diagram in the docs is up to date', () => {
    const read = (file: string) => readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8')
    expect(read('state-diagram.mmd'), 'run: npm run diagram').toBe(stateDiagram())
    expect(read('architecture.md')).toContain(`\`\`\`mermaid\n${stateDiagram()}\`\`\``)
  })
})
