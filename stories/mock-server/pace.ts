const INTERVAL_MS = 8

export interface Pace {
  /** Calls per second. */
  rate: number
  stop(): void
}

/** Calls `emit` at a rate, until it returns false. */
export function createPace(rate: number, emit: () => boolean): Pace {
  let due = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    // After the page was blocked, at most a tenth of a second's calls are made up for.
    due = Math.min(due + ((now - last) / 1000) * pace.rate, pace.rate / 10 + 1)
    last = now
    for (; due >= 1; due -= 1) {
      if (!emit()) return pace.stop()
    }
  }, INTERVAL_MS)
  const pace: Pace = { rate, stop: () => clearInterval(timer) }
  return pace
}
