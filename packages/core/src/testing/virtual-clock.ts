/** Time that moves only when it is told to. */
export interface VirtualClock {
  /** In ms since the epoch. */
  now(): number
  setTimeout(callback: () => void, ms: number): number
  clearTimeout(handle: unknown): void
  /**
   * Moves on by so many ms, running what falls due in its order, and what that schedules; lets promises settle before each
   * timer and at the end.
   */
  advance(ms: number): Promise<void>
  /** Moves the clock without running anything, as sleep does: what fell due runs at the next `advance`. */
  jump(ms: number): void
  /** How many timers are outstanding. */
  readonly timers: number
}

/** @param start the first `now()`. @default 1_000_000 */
export function createVirtualClock(start = 1_000_000): VirtualClock {
  const timers = new Map<number, { readonly due: number; readonly callback: () => void }>()
  let now = start
  let handles = 0
  const next = (until: number) => {
    let first: number | undefined
    let due = until
    for (const [handle, timer] of timers) {
      // Of two that are due together, the one that was set first goes first.
      if (timer.due < due || (timer.due === due && first === undefined)) [first, due] = [handle, timer.due]
    }
    return first
  }
  return {
    now: () => now,
    setTimeout(callback, ms) {
      timers.set(++handles, { due: now + Math.max(0, ms), callback })
      return handles
    },
    clearTimeout: (handle) => void timers.delete(handle as number), // one that setTimeout has given
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let handle = next(until); handle !== undefined; handle = next(until)) {
        const timer = timers.get(handle)
        timers.delete(handle)
        now = Math.max(now, timer?.due ?? now)
        timer?.callback()
        await settle()
      }
      now = Math.max(now, until)
    },
    jump(ms) {
      now += ms
    },
    get timers() {
      return timers.size
    },
  }
}

/** Promises settle in a known number of turns. Each piece of a body takes a few, and some fifty pieces arrive in as many as these. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 250; turn++) await Promise.resolve()
}
