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

/** What is owed grows with the time that has really passed, so the count is exact however late the timers are. */
function createDebt() {
  let owed = 1
  let settledAt = performance.now()
  return {
    get owed() {
      return owed
    },
    settle(rate: number) {
      const now = performance.now()
      owed += ((now - settledAt) * rate) / 1_000
      settledAt = now
    },
    pay: () => void (owed -= 1),
    /** Gives up what exceeds the limit; says how many messages that is. */
    forgive(limit: number) {
      const excess = Math.max(0, Math.floor(owed - limit))
      owed -= excess
      return excess
    },
  }
}

/** What the receiver cannot take stays owed, up to one second's worth. */
export function createPacer({ rate: initialRate, emit, ready, batch }: PacerOptions): Pacer {
  const debt = createDebt()
  let rate = initialRate
  let withheld = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  function burst(): void {
    for (let left = LARGEST_BURST; left > 0 && !stopped && debt.owed >= 1 && ready(); left -= 1) {
      debt.pay()
      if (!emit()) stop()
    }
  }

  function pump(): void {
    debt.settle(rate)
    batch(burst)
    withheld += debt.forgive(Math.max(rate, 1))
    schedule()
  }

  function schedule(): void {
    clearTimeout(timer)
    if (stopped || rate === 0) return
    const wait = ((1 - debt.owed) / rate) * 1_000
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
      debt.settle(rate)
      rate = next
      schedule()
    },
    stop,
  }
}
