import { TautlineError } from '../shared/errors.ts'
import type { ErrorText } from '../shared/error-message.ts'
import { startTimer } from './timer-effects.ts'

/**
 * The state of the heartbeat. `idle`: the next ping is sent at `dueAt`. `awaiting`: the connection is lost at `dueAt`
 * if nothing is received. `isSecondChance`: the deadline was already extended once, because its timer fired late.
 * `hasReplied`: this connection has replied to a ping.
 */
export interface Liveness {
  readonly phase: 'idle' | 'awaiting'
  readonly dueAt: number
  readonly pingedAt: number
  readonly isSecondChance: boolean
  readonly hasReplied?: boolean | undefined
}

/** What to do now: send a ping, wait until `next.dueAt`, or treat the connection as lost. */
export interface LivenessCheck {
  readonly next: Liveness
  readonly action: 'ping' | 'wait' | 'lost'
}

/** What follows from a check or a reply. `error`: the connection is lost. */
export interface HeartbeatStep {
  readonly changes: { readonly liveness: Liveness; readonly latency?: number }
  readonly effects: readonly (
    | { readonly type: 'ping' | 'unanswered' }
    | { readonly type: 'start'; readonly timer: 'heartbeat'; readonly delayMs: number }
  )[]
  readonly error?: TautlineError
}

/** How the machine detects a dead connection. The functions are part of the value, so a page without it has none. */
export interface HeartbeatPolicy {
  /** The same for two policies that do the same. */
  readonly settings: string
  /** The longest time without a byte, in ms; undefined if the connection is pinged. */
  readonly silenceMs?: number | undefined
  /** Returns the liveness of a connection that has just opened. */
  start(since: number): Liveness
  /**
   * Checks the deadlines against the wall clock. Called when the timer fires, on send and on wake, because browsers
   * throttle timers in hidden tabs and stop them during sleep.
   *
   * @param lastActivityAt when the last byte was received, by the same clock as `now`
   * @param isProbe true to ping now, before the interval is over, with a short timeout
   */
  check(liveness: Liveness, now: number, lastActivityAt: number, isProbe: boolean): HeartbeatStep
  /** Handles the reply to a ping, from which the latency is known. Undefined for an unexpected reply. */
  reply?(liveness: Liveness, now: number): HeartbeatStep | undefined
}

/** The times of pings, in ms. */
export interface PingTimes {
  /** The time from one ping to the next. */
  readonly intervalMs: number
  /** The connection is lost if nothing is received for this time after a ping. */
  readonly timeoutMs: number
}

/** The longest timeout of a probe, in ms. It is short, because the user is looking at the page. */
const PROBE_TIMEOUT_MS = 3000

/** If a timer fires this late, in ms, the computer was asleep, and received data may not have been read yet. */
const OVERSLEEP_MS = 5000

const hasOverslept = ({ isSecondChance, dueAt }: Liveness, now: number): boolean =>
  !isSecondChance && now - dueAt > OVERSLEEP_MS

/** Creates the policy of a connection that is pinged at an interval. */
export function createPingPolicy(times: PingTimes): HeartbeatPolicy {
  const { intervalMs, timeoutMs } = times
  const restart = (next: Liveness, now: number) =>
    startTimer('heartbeat', nextPingCheckAt(next, times, now) - now)
  return {
    settings: `pings ${intervalMs} ${timeoutMs}`,
    start: (since) => startPings(times, since),
    check(liveness, now, lastActivityAt, isProbe) {
      const { next, action } = checkPings(liveness, times, now, lastActivityAt, isProbe)
      const changes = { liveness: next }
      if (action !== 'lost')
        return {
          changes,
          effects: action === 'ping' ? [restart(next, now), { type: action }] : [restart(next, now)],
        }
      const text = next.hasReplied
        ? 'check the network'
        : 'and no ping of this connection got a reply. Check that the server replies to pings and that `isReply` is right, or use silence() if the server sends pings itself'
      return {
        changes,
        effects: next.hasReplied ? [] : [{ type: 'unanswered' }],
        error: lost(`Nothing was received for ${timeoutMs} ms after a ping: ${text}`, 'reply', timeoutMs),
      }
    },
    reply(liveness, now) {
      // Such as the reply that has proved a transport of several.
      if (liveness.phase !== 'awaiting')
        return liveness.hasReplied
          ? undefined
          : { changes: { liveness: { ...liveness, hasReplied: true } }, effects: [] }
      const next = { ...startPings(times, liveness.pingedAt), hasReplied: true }
      return {
        changes: { liveness: next, latency: now - liveness.pingedAt },
        effects: [restart(next, now)],
      }
    },
  }
}

/** Creates the policy of a connection that is lost after a time without a byte. It is not pinged. */
export function createSilencePolicy(timeoutMs: number): HeartbeatPolicy {
  return {
    settings: `silence ${timeoutMs}`,
    silenceMs: timeoutMs,
    start: (since) => startSilence(timeoutMs, since),
    check(liveness, now, lastActivityAt) {
      const { next, action } = checkSilence(liveness, timeoutMs, now, lastActivityAt)
      const changes = { liveness: next }
      if (action === 'wait') return { changes, effects: [startTimer('heartbeat', next.dueAt - now)] }
      const text = `Nothing was received for ${timeoutMs} ms: check the network`
      return { changes, effects: [], error: lost(text, 'silence', timeoutMs) }
    },
  }
}

const lost = (text: ErrorText, phase: 'reply' | 'silence', timeout: number) =>
  new TautlineError('timeout', text, { phase, timeout })

/** Returns the liveness of a connection that is pinged, and has just opened or been pinged. */
export const startPings = ({ intervalMs }: PingTimes, since: number): Liveness => ({
  phase: 'idle',
  dueAt: since + intervalMs,
  pingedAt: since,
  isSecondChance: false,
})

/** Checks the deadlines of a connection that is pinged. The parameters are those of `HeartbeatPolicy.check`. */
export function checkPings(
  liveness: Liveness,
  times: PingTimes,
  now: number,
  lastActivityAt: number,
  isProbe = false,
): LivenessCheck {
  const restarted = (since: number) =>
    checkPings({ ...liveness, ...startPings(times, since) }, times, now, lastActivityAt, isProbe)
  const ping = (isShort: boolean, isSecondChance: boolean): LivenessCheck => {
    const timeoutMs = isShort ? Math.min(times.timeoutMs, PROBE_TIMEOUT_MS) : times.timeoutMs
    return {
      next: { ...liveness, phase: 'awaiting', dueAt: now + timeoutMs, pingedAt: now, isSecondChance },
      action: 'ping',
    }
  }
  // The clock was set back, so the deadlines are invalid.
  if (now < liveness.pingedAt) return restarted(now - times.intervalMs)
  if (liveness.phase === 'awaiting') {
    // Activity later than `now` was recorded before the clock was set back.
    if (lastActivityAt >= liveness.pingedAt && lastActivityAt <= now) return restarted(liveness.pingedAt)
    if (now >= liveness.dueAt) {
      return hasOverslept(liveness, now) ? ping(true, true) : { next: liveness, action: 'lost' }
    }
    const dueAt = isProbe ? Math.min(liveness.dueAt, now + PROBE_TIMEOUT_MS) : liveness.dueAt
    return { next: dueAt === liveness.dueAt ? liveness : { ...liveness, dueAt }, action: 'wait' }
  }
  return isProbe || now >= liveness.dueAt ? ping(isProbe, false) : { next: liveness, action: 'wait' }
}

/**
 * Returns when to check again: at `dueAt`, or at the next ping if that is sooner. A connection that replied is then
 * pinged in time, even if the timeout is longer than the interval.
 */
function nextPingCheckAt(liveness: Liveness, { intervalMs }: PingTimes, now: number): number {
  const nextPingAt = liveness.pingedAt + intervalMs
  return liveness.phase === 'awaiting' && nextPingAt > now
    ? Math.min(liveness.dueAt, nextPingAt)
    : liveness.dueAt
}

/** Returns the liveness of a connection whose last byte was received at `since`. */
export const startSilence = (timeoutMs: number, since: number): Liveness => ({
  phase: 'awaiting',
  dueAt: since + timeoutMs,
  pingedAt: since,
  isSecondChance: false,
})

/** Checks the deadline of a connection that is not pinged: every received byte moves it. */
export function checkSilence(
  liveness: Liveness,
  timeoutMs: number,
  now: number,
  lastActivityAt: number,
): LivenessCheck {
  // The clock was set back: the silence counts from now.
  if (now < liveness.pingedAt) return { next: startSilence(timeoutMs, now), action: 'wait' }
  if (lastActivityAt > liveness.pingedAt && lastActivityAt <= now)
    return checkSilence(startSilence(timeoutMs, lastActivityAt), timeoutMs, now, lastActivityAt)
  if (now < liveness.dueAt) return { next: liveness, action: 'wait' }
  if (!hasOverslept(liveness, now)) return { next: liveness, action: 'lost' }
  return {
    next: { ...liveness, dueAt: now + Math.min(timeoutMs, PROBE_TIMEOUT_MS), isSecondChance: true },
    action: 'wait',
  }
}
