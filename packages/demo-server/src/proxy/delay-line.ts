/** Bytes, or something to do when everything before it has been written. */
type Item = Buffer | (() => void)

export interface DelayLine {
  /** Takes hold of what comes from here on; both are 0 for "not slowed". */
  slow(pace: { readonly ms?: number; readonly bytesPerSecond?: number }): void
  push(item: Item): void
  /** In bytes. */
  readonly level: number
  /** Forgets what it holds. */
  stop(): void
}

/** At most so many slices a second: enough to look steady, few enough to be cheap. */
const SLICES_PER_SECOND = 20

/** Holds bytes back for a time and lets them out in order. What is not slowed passes in the same call. */
export function createDelayLine(write: (bytes: Buffer) => void, drained: () => void): DelayLine {
  const queue: { readonly item: Item; readonly due: number }[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let ms = 0
  let bytesPerSecond = 0
  let lastDue = 0
  let level = 0

  function release(item: Item): void {
    if (typeof item === 'function') return item()
    write(item)
  }

  function flush(): void {
    timer = undefined
    const now = performance.now()
    for (let next = queue[0]; next !== undefined && next.due <= now; next = queue[0]) {
      queue.shift()
      if (typeof next.item !== 'function') level -= next.item.length
      release(next.item)
    }
    drained()
    schedule()
  }

  function schedule(): void {
    const next = queue[0]
    if (next === undefined || timer !== undefined) return
    timer = setTimeout(flush, Math.max(1, Math.ceil(next.due - performance.now())))
  }

  function enqueue(item: Item): void {
    const length = typeof item === 'function' ? 0 : item.length
    const pace = bytesPerSecond > 0 ? (length / bytesPerSecond) * 1_000 : 0
    // Never before what came earlier, also when the pace was changed in between.
    lastDue = Math.max(lastDue, performance.now() + ms) + pace
    level += length
    queue.push({ item, due: lastDue })
    schedule()
  }

  return {
    slow(pace) {
      ms = pace.ms ?? ms
      bytesPerSecond = pace.bytesPerSecond ?? bytesPerSecond
    },
    push(item) {
      const slowed = ms > 0 || bytesPerSecond > 0 || queue.length > 0
      if (!slowed) return release(item)
      if (typeof item === 'function' || bytesPerSecond === 0) return enqueue(item)
      const size = Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND))
      for (let from = 0; from < item.length; from += size) enqueue(item.subarray(from, from + size))
    },
    get level() {
      return level
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
      queue.length = 0
      level = 0
    },
  }
}
