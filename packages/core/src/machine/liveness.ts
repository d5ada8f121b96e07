/** How a line proves that it lives. Times in milliseconds. */
export interface HeartbeatPolicy {
  /** A ping this long after the one before it; undefined where a line cannot be asked, and its silence alone tells. */
  readonly intervalMs: number | undefined
  /** A line that says nothing for this long after a ping, or at all where there is none, is lost. */
  readonly timeoutMs: number
}

/**
 * Liveness: `idle` until `due`, when a ping goes out; then `awaiting` a sign of life until `due`, when the line is lost.
 * `again` marks the one extra ping after an oversleep.
 */
export interface Liveness {
  readonly phase: 'idle' | 'awaiting'
  readonly dueAt: number
  readonly pingedAt: number
  readonly isSecondChance: boolean
}

/** What to do now: send a ping, wait for `next.due`, or give the line up. */
export interface LivenessCheck {
  readonly next: Liveness
  readonly action: 'ping' | 'wait' | 'lost'
}

/** A probe waits no longer than this, in ms: somebody is looking at the page. */
const PROBE_TIMEOUT_MS = 3000

/** A timer this late, in ms, did not run while the machine slept: what the server said may still be on its way in. */
const OVERSLEEP_MS = 5000

/** The liveness of a line that has just opened. */
export function startLiveness({ intervalMs, timeoutMs }: HeartbeatPolicy, since: number): Liveness {
  return intervalMs === undefined
    ? { phase: 'awaiting', dueAt: since + timeoutMs, pingedAt: since, isSecondChance: false }
    : { phase: 'idle', dueAt: since + intervalMs, pingedAt: since, isSecondChance: false }
}

/**
 * Looks at the wall clock: deadlines are checked when the timer fires, on send and on wake, because browsers throttle
 * timers in hidden tabs and stop them in sleep.
 *
 * @param lastActivityAt when the last byte came in, by the same clock as `now`; any byte counts as life
 * @param isProbe true to ping now whatever the interval says, with a short deadline
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
  // A clock that was set back has no deadlines left to keep: the line is looked at anew.
  if (now < liveness.pingedAt)
    return checkLiveness(startLiveness(policy, now - intervalMs), policy, now, lastActivityAt, isProbe)
  if (liveness.phase === 'awaiting') {
    // What was heard later than now was heard before the clock was set back.
    if (lastActivityAt >= liveness.pingedAt && lastActivityAt <= now)
      return checkLiveness(startLiveness(policy, liveness.pingedAt), policy, now, lastActivityAt, isProbe)
    if (now >= liveness.dueAt) {
      const hasOverslept = !liveness.isSecondChance && now - liveness.dueAt > OVERSLEEP_MS
      return hasOverslept ? ping(policy, now, true, true) : { next: liveness, action: 'lost' }
    }
    const dueAt = isProbe ? Math.min(liveness.dueAt, now + PROBE_TIMEOUT_MS) : liveness.dueAt
    return { next: dueAt === liveness.dueAt ? liveness : { ...liveness, dueAt: dueAt }, action: 'wait' }
  }
  return isProbe || now >= liveness.dueAt
    ? ping(policy, now, isProbe, false)
    : { next: liveness, action: 'wait' }
}

/** Where nothing can be asked, each sign of life moves the deadline. */
function checkSilence(
  liveness: Liveness,
  policy: HeartbeatPolicy,
  now: number,
  lastActivityAt: number,
): LivenessCheck {
  // After a clock was set back the silence counts from now.
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
 * When to look again: at `due`, and while a reply is awaited also when the next ping would be due, so that with a timeout
 * longer than the interval a line that did answer is pinged in time.
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
    next: { phase: 'awaiting', dueAt: now + timeoutMs, pingedAt: now, isSecondChance: isSecondChance },
    action: 'ping',
  }
}
