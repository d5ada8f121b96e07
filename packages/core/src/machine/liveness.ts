/** How a dead connection is detected. Times in ms. */
export interface HeartbeatPolicy {
  /** The time from one ping to the next. Undefined: the protocol has no ping, and only silence is measured. */
  readonly intervalMs: number | undefined
  /** The connection is lost if nothing is received for this time after a ping, or without pings, after a byte. */
  readonly timeoutMs: number
}

/**
 * The state of the heartbeat. `idle`: the next ping is sent at `dueAt`. `awaiting`: the connection is lost at `dueAt`
 * if nothing is received. `isSecondChance`: the deadline was already extended once, because its timer fired late.
 */
export interface Liveness {
  readonly phase: 'idle' | 'awaiting'
  readonly dueAt: number
  readonly pingedAt: number
  readonly isSecondChance: boolean
}

/** What to do now: send a ping, wait until `next.dueAt`, or treat the connection as lost. */
export interface LivenessCheck {
  readonly next: Liveness
  readonly action: 'ping' | 'wait' | 'lost'
}

/** The longest timeout of a probe, in ms. It is short, because the user is looking at the page. */
const PROBE_TIMEOUT_MS = 3000

/** If a timer fires this late, in ms, the computer was asleep, and received data may not have been read yet. */
const OVERSLEEP_MS = 5000

/** Returns the liveness of a connection that has just opened. */
export function startLiveness({ intervalMs, timeoutMs }: HeartbeatPolicy, since: number): Liveness {
  return intervalMs === undefined
    ? { phase: 'awaiting', dueAt: since + timeoutMs, pingedAt: since, isSecondChance: false }
    : { phase: 'idle', dueAt: since + intervalMs, pingedAt: since, isSecondChance: false }
}

/**
 * Checks the deadlines against the wall clock. Called when the timer fires, on send and on wake, because browsers
 * throttle timers in hidden tabs and stop them during sleep.
 *
 * @param lastActivityAt when the last byte was received, by the same clock as `now`
 * @param isProbe true to ping now, before the interval is over, with a short timeout
 */
export function checkLiveness(
  liveness: Liveness,
  policy: HeartbeatPolicy,
  now: number,
  lastActivityAt: number,
  isProbe = false,
): LivenessCheck {
  const { intervalMs } = policy
  if (intervalMs === undefined) return checkSilence(liveness, policy, now, lastActivityAt)
  // The clock was set back, so the deadlines are invalid.
  if (now < liveness.pingedAt)
    return checkLiveness(startLiveness(policy, now - intervalMs), policy, now, lastActivityAt, isProbe)
  if (liveness.phase === 'awaiting') {
    // Activity later than `now` was recorded before the clock was set back.
    if (lastActivityAt >= liveness.pingedAt && lastActivityAt <= now)
      return checkLiveness(startLiveness(policy, liveness.pingedAt), policy, now, lastActivityAt, isProbe)
    if (now >= liveness.dueAt) {
      const hasOverslept = !liveness.isSecondChance && now - liveness.dueAt > OVERSLEEP_MS
      return hasOverslept ? ping(policy, now, true, true) : { next: liveness, action: 'lost' }
    }
    const dueAt = isProbe ? Math.min(liveness.dueAt, now + PROBE_TIMEOUT_MS) : liveness.dueAt
    return { next: dueAt === liveness.dueAt ? liveness : { ...liveness, dueAt }, action: 'wait' }
  }
  return isProbe || now >= liveness.dueAt
    ? ping(policy, now, isProbe, false)
    : { next: liveness, action: 'wait' }
}

/** Without pings, every received byte moves the deadline. */
function checkSilence(
  liveness: Liveness,
  policy: HeartbeatPolicy,
  now: number,
  lastActivityAt: number,
): LivenessCheck {
  // The clock was set back: the silence counts from now.
  if (now < liveness.pingedAt) return { next: startLiveness(policy, now), action: 'wait' }
  if (lastActivityAt > liveness.pingedAt && lastActivityAt <= now)
    return checkSilence(startLiveness(policy, lastActivityAt), policy, now, lastActivityAt)
  if (now < liveness.dueAt) return { next: liveness, action: 'wait' }
  const hasOverslept = !liveness.isSecondChance && now - liveness.dueAt > OVERSLEEP_MS
  if (!hasOverslept) return { next: liveness, action: 'lost' }
  return {
    next: { ...liveness, dueAt: now + Math.min(policy.timeoutMs, PROBE_TIMEOUT_MS), isSecondChance: true },
    action: 'wait',
  }
}

/**
 * Returns when to check again: at `dueAt`, or at the next ping if that is sooner. A connection that replied is then
 * pinged in time, even if the timeout is longer than the interval.
 */
export function nextCheckAt(liveness: Liveness, { intervalMs }: HeartbeatPolicy, now: number): number {
  const nextPingAt = liveness.pingedAt + (intervalMs ?? 0)
  return liveness.phase === 'awaiting' && nextPingAt > now
    ? Math.min(liveness.dueAt, nextPingAt)
    : liveness.dueAt
}

function ping(
  policy: HeartbeatPolicy,
  now: number,
  isShort: boolean,
  isSecondChance: boolean,
): LivenessCheck {
  const timeoutMs = isShort ? Math.min(policy.timeoutMs, PROBE_TIMEOUT_MS) : policy.timeoutMs
  return {
    next: { phase: 'awaiting', dueAt: now + timeoutMs, pingedAt: now, isSecondChance },
    action: 'ping',
  }
}
