/** How a line proves that it lives. Times in milliseconds. */
export interface HeartbeatPolicy {
  /** A ping this long after the one before it; undefined where a line cannot be asked, and its silence alone tells. */
  readonly interval: number | undefined
  /** A line that says nothing for this long after a ping, or at all where there is none, is lost. */
  readonly timeout: number
}

/**
 * Liveness: `quiet` until `due`, when a ping goes out; then `awaiting` a sign of life until `due`, when the line is lost.
 * `again` marks the one extra ping after an oversleep.
 */
export interface Liveness {
  readonly phase: 'quiet' | 'awaiting'
  readonly due: number
  readonly pingedAt: number
  readonly again: boolean
}

/** What to do now: send a ping, wait for `next.due`, or give the line up. */
export interface Beat {
  readonly next: Liveness
  readonly act: 'ping' | 'wait' | 'lost'
}

/** A probe waits no longer than this, in ms: somebody is looking at the page. */
const PROBE_TIMEOUT = 3000

/** A timer this late, in ms, did not run while the machine slept: what the server said may still be on its way in. */
const OVERSLEPT = 5000

/** The liveness of a line that has just opened. */
export function quiet({ interval, timeout }: HeartbeatPolicy, since: number): Liveness {
  return interval === undefined
    ? { phase: 'awaiting', due: since + timeout, pingedAt: since, again: false }
    : { phase: 'quiet', due: since + interval, pingedAt: since, again: false }
}

/**
 * Looks at the wall clock: deadlines are checked when the timer fires, on send and on wake, because browsers throttle
 * timers in hidden tabs and stop them in sleep.
 *
 * @param heard when the last byte came in, by the same clock as `now`; any byte counts as life
 * @param probe true to ping now whatever the interval says, with a short deadline
 */
export function beat(
  live: Liveness,
  policy: HeartbeatPolicy,
  now: number,
  heard: number,
  probe = false,
): Beat {
  const { interval } = policy
  if (interval === undefined) return listen(live, policy, now, heard)
  // A clock that was set back has no deadlines left to keep: the line is looked at anew.
  if (now < live.pingedAt) return beat(quiet(policy, now - interval), policy, now, heard, probe)
  if (live.phase === 'awaiting') {
    // What was heard later than now was heard before the clock was set back.
    if (heard >= live.pingedAt && heard <= now)
      return beat(quiet(policy, live.pingedAt), policy, now, heard, probe)
    if (now >= live.due) {
      const overslept = !live.again && now - live.due > OVERSLEPT
      return overslept ? ping(policy, now, true, true) : { next: live, act: 'lost' }
    }
    const due = probe ? Math.min(live.due, now + PROBE_TIMEOUT) : live.due
    return { next: due === live.due ? live : { ...live, due }, act: 'wait' }
  }
  return probe || now >= live.due ? ping(policy, now, probe, false) : { next: live, act: 'wait' }
}

/** Where nothing can be asked, each sign of life moves the deadline. */
function listen(live: Liveness, policy: HeartbeatPolicy, now: number, heard: number): Beat {
  // After a clock was set back the silence counts from now.
  if (now < live.pingedAt) return { next: quiet(policy, now), act: 'wait' }
  if (heard > live.pingedAt && heard <= now) return listen(quiet(policy, heard), policy, now, heard)
  if (now < live.due) return { next: live, act: 'wait' }
  const overslept = !live.again && now - live.due > OVERSLEPT
  if (!overslept) return { next: live, act: 'lost' }
  return { next: { ...live, due: now + Math.min(policy.timeout, PROBE_TIMEOUT), again: true }, act: 'wait' }
}

/**
 * When to look again: at `due`, and while a reply is awaited also when the next ping would be due, so that with a timeout
 * longer than the interval a line that did answer is pinged in time.
 */
export function lookAt(live: Liveness, { interval }: HeartbeatPolicy, now: number): number {
  const turn = live.pingedAt + (interval ?? 0)
  return live.phase === 'awaiting' && turn > now ? Math.min(live.due, turn) : live.due
}

function ping(policy: HeartbeatPolicy, now: number, short: boolean, again: boolean): Beat {
  const timeout = short ? Math.min(policy.timeout, PROBE_TIMEOUT) : policy.timeout
  return { next: { phase: 'awaiting', due: now + timeout, pingedAt: now, again }, act: 'ping' }
}
