/** Sends at a steady rate, up to tens of thousands a second, which no timer can do one by one. */
export interface Pacer {
  /** Messages a second; 0 is a pause. */
  readonly rate: number
  /** Messages that were given up because the receiver, or the process, was more than a second behind. */
  readonly withheld: number
  setRate(rate: number): void
  stop(): void
}

export interface PacerOptions {
  readonly rate: number
  /** Sends one message. False says that it was the last. */
  readonly emit: () => boolean
  /** False while the receiver has enough to digest. */
  readonly ready: () => boolean
  /** Runs a burst of `emit`. */
  readonly batch: (burst: () => void) => void
}

/** In ms. Browsers and kernels digest some bursts of a few ms better than thousands of wake-ups. */
const SHORTEST_WAIT = 5
/** So that other connections get their turn while one catches up. */
const LARGEST_BURST = 1_000

/**
 * What is owed grows with the time that has really passed, so the count is exact however late the timers are. What
 * the receiver cannot take stays owed, up to one second's worth.
 */
export function createPacer({ rate: initialRate, emit, ready, batch }: PacerOptions): Pacer {
  let rate = initialRate
  let owed = 1
  let withheld = 0
  let settledAt = performance.now()
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  function settle(): void {
    const now = performance.now()
    owed += ((now - settledAt) * rate) / 1_000
    settledAt = now
  }

  function burst(): void {
    for (let left = LARGEST_BURST; left > 0 && owed >= 1 && ready(); left -= 1) {
      owed -= 1
      if (!emit()) return stop()
      // Whoever sends may be told to stop by what is sent.
      if (stopped) return
    }
  }

  function pump(): void {
    settle()
    batch(burst)
    const excess = Math.floor(owed - Math.max(rate, 1))
    if (excess > 0) {
      withheld += excess
      owed -= excess
    }
    schedule()
  }

  function schedule(): void {
    clearTimeout(timer)
    if (stopped || rate === 0) return
    const wait = owed >= 1 ? 0 : ((1 - owed) / rate) * 1_000
    timer = setTimeout(pump, Math.max(SHORTEST_WAIT, Math.ceil(wait)))
  }

  function stop(): void {
    stopped = true
    clearTimeout(timer)
  }

  schedule()
  return {
    get rate() {
      return rate
    },
    get withheld() {
      return withheld
    },
    setRate(next) {
      settle()
      rate = next
      schedule()
    },
    stop,
  }
}
