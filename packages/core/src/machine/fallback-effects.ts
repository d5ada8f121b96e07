import { TautlineError } from '../shared/errors.ts'
import type { Outcome } from '../shared/outcome.ts'
import {
  requestedDelayEnd,
  betterTransports,
  isBetterHopeless,
  isProved,
  nextTransport,
  usableTransports,
  withTransport,
} from './fallback-choice.ts'
import type {
  FallbackEffect,
  FallbackContext,
  FallbackState,
  FallbackStep,
  FallbackTimer,
  RunningTransport,
  SwitchReason,
} from './fallback-state.ts'
import { startTimer, stopTimer } from './timer-effects.ts'

/** The wait before an upgrade, in ms, if the attempt began with a lower transport only because it was remembered. */
const REMEMBERED_WAIT_MS = 1000

/** Up to this share of an upgrade's wait is added at random, so that not all pages try at once after an outage. */
const UPGRADE_JITTER = 0.25

export const closeTransport = ({ start }: RunningTransport): FallbackEffect => ({
  type: 'closeTransport',
  start,
})

export const switched = (from: number, to: number, why: SwitchReason): FallbackEffect[] =>
  from === to ? [] : [{ type: 'switched', from, to, why }]

/** Starts a transport in a role that is free. */
export function startTransport(
  state: FallbackState,
  role: 'active' | 'candidate',
  transport: number,
  { now }: FallbackContext,
  from: 'cursor' | 'position' = 'position',
): FallbackStep {
  const { gap, tried } = state
  const start = state.starts + 1
  const running: RunningTransport = {
    transport,
    start,
    phase: 'started',
    hasReceived: false,
    startedAt: now,
    provedAt: undefined,
  }
  return [
    {
      ...state,
      [role]: running,
      starts: start,
      tried: withTransport(tried, transport),
      gap: gap && { ...gap, tried: withTransport(gap.tried, transport) },
    },
    [{ type: 'startTransport', transport, start, role, from }],
  ]
}

/** Why a transport that has not proved itself is replaced, or one that has. */
export const whyReplaced = ({ phase }: RunningTransport): SwitchReason =>
  phase === 'started' ? 'slow' : phase === 'opened' ? 'deaf' : 'lost'

/** Ends the connect attempt. */
export function release(
  state: FallbackState,
  previous: FallbackState['previous'],
  effects: readonly FallbackEffect[] = [],
): FallbackStep {
  const running = [state.active, state.candidate].filter((one) => one !== undefined)
  return [
    { ...state, active: undefined, candidate: undefined, isOpen: false, remembered: undefined, previous },
    [...running.map(closeTransport), ...effects],
  ]
}

/** Ends the connect attempt because no transport is left. Only if none is usable, this is final. */
export function endAttempt(
  state: FallbackState,
  previous: FallbackState['previous'],
  context: FallbackContext,
): FallbackStep {
  const { outcome = timeoutOutcome(context) } = state
  const isFinal = usableTransports(state, context).length === 0
  const kind = isFinal ? 'fatal' : outcome.kind === 'fatal' ? 'retryable' : outcome.kind
  return release(state, previous, [{ type: 'ended', outcome: { ...outcome, kind } }])
}

/** How long a transport may take to prove itself beside an open connection, in ms. */
const proofDeadlineMs = ({ fallbackAfterMs }: FallbackContext): number => 2 * fallbackAfterMs + 1000

function timeoutOutcome(context: FallbackContext): Outcome {
  const timeout = proofDeadlineMs(context)
  const text = `No transport has proved itself within ${timeout} ms. Check the server, or raise fallbackAfter`
  return { kind: 'retryable', error: new TautlineError('timeout', text, { phase: 'connect', timeout }) }
}

const isFallbackDue = (state: FallbackState, context: FallbackContext): boolean =>
  !!state.active && !isProved(state.active) && nextTransport(state, context) !== undefined

const hasProofDeadline = ({ isOpen, active, candidate }: FallbackState): boolean =>
  isOpen && !!active && (!!candidate || !isProved(active))

const isUpgradeDue = (state: FallbackState, context: FallbackContext): boolean =>
  !!state.active &&
  isProved(state.active) &&
  !state.candidate &&
  (betterTransports(state, context).length > 0 || (!!context.upgrade && isBetterHopeless(state)))

/** Effects that may call user code, which may dispatch other events: they are the last ones. */
const CALLS: readonly string[] = ['opened', 'switched', 'gap', 'ended'] satisfies FallbackEffect['type'][]

/** Returns the effects in the order in which they are run. */
function inOrder(effects: readonly FallbackEffect[]): readonly FallbackEffect[] {
  const isCall = ({ type }: FallbackEffect) => CALLS.includes(type)
  return [...effects.filter((effect) => !isCall(effect)), ...effects.filter(isCall)]
}

/** Starts and stops the timers that the new state needs. */
export function withTimers(
  before: FallbackState,
  [after, effects]: FallbackStep,
  context: FallbackContext,
): FallbackStep {
  if (after === before) return [after, effects]
  if (!after.active) return [after, before.active ? [stopTimer(), ...effects] : effects]
  const timers: FallbackEffect[] = []
  /** Starts a timer that is needed from now on, or again, and stops one that is not. */
  const follow = (timer: FallbackTimer, was: boolean, is: boolean, again: boolean, delayMs: number) => {
    if (is && (again || !was)) timers.push(startTimer(timer, delayMs))
    if (was && !is) timers.push(stopTimer(timer))
  }
  const { fallbackAfterMs, now } = context
  const hasStarted = after.starts > before.starts
  const isOther = hasStarted || after.active.start !== before.active?.start
  const wasFallbackDue = isFallbackDue(before, context)
  follow('fallback', wasFallbackDue, isFallbackDue(after, context), isOther, fallbackAfterMs)
  follow(
    'proofDeadline',
    hasProofDeadline(before),
    hasProofDeadline(after),
    hasStarted,
    proofDeadlineMs(context),
  )
  const [wasUpgradeDue, hasUpgrade] = [isUpgradeDue(before, context), isUpgradeDue(after, context)]
  const isMoved = after.upgradeAt !== before.upgradeAt
  const upgradeAt =
    hasUpgrade && (isMoved || !wasUpgradeDue) ? nextUpgradeAt(after, context) : after.upgradeAt
  follow('upgrade', wasUpgradeDue, hasUpgrade, isMoved, (upgradeAt ?? now) - now)
  return [upgradeAt === after.upgradeAt ? after : { ...after, upgradeAt }, inOrder([...timers, ...effects])]
}

/** The wait before the next upgrade, in ms. */
export function upgradeWait(
  { active, remembered, upgradeWaitMs }: FallbackState,
  context: FallbackContext,
): number {
  const { afterMs, capMs } = context.upgrade ?? { afterMs: 0, capMs: 0 }
  if (active && active.transport === remembered) return Math.min(REMEMBERED_WAIT_MS, afterMs)
  return Math.min(upgradeWaitMs ?? afterMs, capMs)
}

/** A wait that has begun in an earlier connect attempt continues: short-lived connections must not prevent upgrades. */
function nextUpgradeAt(state: FallbackState, context: FallbackContext): number {
  const { now, random, upgrade } = context
  const better = betterTransports(state, context)
  // What was rejected is tried again after the longest wait.
  const waitMs = (better.length === 0 && upgrade?.capMs) || upgradeWait(state, context)
  const spread = 1 + UPGRADE_JITTER * random
  const latest = now + waitMs * spread
  const earliest = now + Math.min(REMEMBERED_WAIT_MS, waitMs)
  // A server that has requested a delay gets no request before that.
  const delayEnds = better.map((transport) => requestedDelayEnd(state, transport, context))
  const serverDelayMs = delayEnds.length > 0 ? Math.min(...delayEnds) - now : 0
  return Math.max(
    earliest,
    now + Math.max(0, serverDelayMs) * spread,
    Math.min(state.upgradeAt ?? latest, latest),
  )
}
