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
  let lastHandle = 0
  const nextDue = (until: number) => {
    let first: number | undefined
    let dueAt = until
    for (const [handle, timer] of timers) {
      // Of two that are due together, the one that was set first goes first.
      if (timer.due < dueAt || (timer.due === dueAt && first === undefined))
        [first, dueAt] = [handle, timer.due]
    }
    return first
  }
  return {
    now: () => now,
    setTimeout(callback, ms) {
      timers.set(++lastHandle, { due: now + Math.max(0, ms), callback })
      return lastHandle
    },
    clearTimeout: (handle) => void timers.delete(handle as number), // one that setTimeout has given
    async advance(ms) {
      const until = now + ms
      await flushMicrotasks()
      for (let handle = nextDue(until); handle !== undefined; handle = nextDue(until)) {
        const timer = timers.get(handle)
        timers.delete(handle)
        now = Math.max(now, timer?.due ?? now)
        timer?.callback()
        await flushMicrotasks()
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
async function flushMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 250; turn++) await Promise.resolve()
}
