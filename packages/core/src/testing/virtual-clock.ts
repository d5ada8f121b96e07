/** A clock for tests. Its time moves only by `advance()` and `jump()`. */
export interface VirtualClock {
  /** Returns the virtual time, in ms since the epoch. */
  now(): number
  /** Starts a timer and returns its handle. */
  setTimeout(callback: () => void, ms: number): number
  /** Stops a timer. */
  clearTimeout(handle: unknown): void
  /**
   * Moves the time forward by `ms` and runs all timers that become due, in order, including those that timers start.
   * Promises settle before each timer and at the end.
   */
  advance(ms: number): Promise<void>
  /**
   * Moves the time forward without running timers, as sleep does. Timers that became due run at the next `advance()`.
   */
  jump(ms: number): void
  /** The number of pending timers. */
  readonly timers: number
}

/** Creates a virtual clock. @param start the initial time, in ms since the epoch; by default 1_000_000 */
export function createVirtualClock(start = 1_000_000): VirtualClock {
  const timers = new Map<number, { readonly due: number; readonly callback: () => void }>()
  let now = start
  let lastHandle = 0
  const nextDue = (until: number) => {
    let first: number | undefined
    let dueAt = until
    for (const [handle, timer] of timers) {
      // Of two timers that are due at the same time, the one that was started first runs first.
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
    clearTimeout: (handle) => void timers.delete(handle as number), // returned by setTimeout
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

/** Lets promises settle. Each chunk of a body takes a few microtasks; 250 are enough for some fifty chunks. */
async function flushMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 250; turn++) await Promise.resolve()
}
