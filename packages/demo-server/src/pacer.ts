/** Sends messages at a steady rate, up to tens of thousands a second. That is too fast for one timer per message. */
export interface Pacer {
  /** Messages a second. 0 pauses. */
  readonly rate: number
  /** Messages that were dropped because the receiver, or the process, was more than a second late. */
  readonly withheld: number
  setRate(rate: number): void
  stop(): void
}

export interface PacerOptions {
  readonly rate: number
  /** Sends one message. Returns false after the last one. */
  readonly emit: () => boolean
  /** Returns false while the receiver is too slow. */
  readonly ready: () => boolean
  /** Runs a function that calls `emit` many times. */
  readonly batch: (burst: () => void) => void
}

/** Browsers and kernels handle one burst every few ms better than thousands of wake-ups a second. */
const MIN_WAIT_MS = 5
/** Lets other connections proceed while one catches up. */
const MAX_BURST = 1_000

/** Counts the messages that are due. The count follows the clock, so it is exact even when timers are late. */
function createBacklog() {
  let due = 1
  let updatedAt = performance.now()
  return {
    get due() {
      return due
    },
    update(rate: number) {
      const now = performance.now()
      due += ((now - updatedAt) * rate) / 1_000
      updatedAt = now
    },
    take: () => void (due -= 1),
    /** Drops the messages above the limit, and returns their number. */
    dropAbove(limit: number) {
      const excess = Math.max(0, Math.floor(due - limit))
      due -= excess
      return excess
    },
  }
}

/** Creates a pacer. Messages that the receiver cannot take stay due for up to one second. */
export function createPacer({ rate: initialRate, emit, ready, batch }: PacerOptions): Pacer {
  const backlog = createBacklog()
  let rate = initialRate
  let withheld = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  function burst(): void {
    for (let left = MAX_BURST; left > 0 && !stopped && backlog.due >= 1 && ready(); left -= 1) {
      backlog.take()
      if (!emit()) stop()
    }
  }

  function sendDue(): void {
    backlog.update(rate)
    batch(burst)
    withheld += backlog.dropAbove(Math.max(rate, 1))
    schedule()
  }

  function schedule(): void {
    clearTimeout(timer)
    if (stopped || rate === 0) return
    const wait = ((1 - backlog.due) / rate) * 1_000
    timer = setTimeout(sendDue, Math.max(MIN_WAIT_MS, Math.ceil(wait)))
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
      backlog.update(rate)
      rate = next
      schedule()
    },
    stop,
  }
}
