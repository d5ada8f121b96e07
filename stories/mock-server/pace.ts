/** How often what is owed is sent, in ms. */
const BEAT = 8

export interface Pace {
  /** Times a second. */
  rate: number
  stop(): void
}

/** Calls `emit` so many times a second, until it says false. */
export function createPace(rate: number, emit: () => boolean): Pace {
  let owed = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    // A page that was held up owes no more than what a moment would have brought.
    owed = Math.min(owed + ((now - last) / 1000) * pace.rate, pace.rate / 10 + 1)
    last = now
    for (; owed >= 1; owed -= 1) {
      if (!emit()) return pace.stop()
    }
  }, BEAT)
  const pace: Pace = { rate, stop: () => clearInterval(timer) }
  return pace
}
