/** Bytes, or something to do when everything before it has been written. */
type Item = Buffer | (() => void)

export interface Pace {
  /** How long each chunk is held. 0 is not at all. */
  readonly ms: number
  /** 0 is as fast as can be. */
  readonly bytesPerSecond: number
}

export interface DelayLine {
  /** Takes hold of what comes from here on. */
  slow(pace: Partial<Pace>): void
  push(item: Item): void
  /** In bytes. */
  readonly level: number
  /** Forgets what it holds. */
  stop(): void
}

/** Few enough slices a second to be cheap, enough of them to look steady. */
const SLICES_PER_SECOND = 20

const lengthOf = (item: Item): number => (typeof item === 'function' ? 0 : item.length)

function slicesOf(item: Item, { bytesPerSecond }: Pace): readonly Item[] {
  if (typeof item === 'function' || bytesPerSecond === 0) return [item]
  const size = Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND))
  return Array.from({ length: Math.ceil(item.length / size) }, (_, index) =>
    item.subarray(index * size, (index + 1) * size),
  )
}

/** Holds bytes back for a time and lets them out in order. What is not slowed passes in the same call. */
export function createDelayLine(write: (bytes: Buffer) => void, drained: () => void): DelayLine {
  const queue: { readonly item: Item; readonly due: number }[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let pace: Pace = { ms: 0, bytesPerSecond: 0 }
  let lastDue = 0
  let level = 0

  const release = (item: Item): void => (typeof item === 'function' ? item() : write(item))

  function flush(): void {
    timer = undefined
    const now = performance.now()
    for (let next = queue[0]; next !== undefined && next.due <= now; next = queue[0]) {
      queue.shift()
      level -= lengthOf(next.item)
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
    const { ms, bytesPerSecond } = pace
    const takes = bytesPerSecond > 0 ? (lengthOf(item) / bytesPerSecond) * 1_000 : 0
    // Never before what came earlier, also when the pace was changed in between.
    lastDue = Math.max(lastDue, performance.now() + ms) + takes
    level += lengthOf(item)
    queue.push({ item, due: lastDue })
    schedule()
  }

  return {
    slow: (change) => void (pace = { ...pace, ...change }),
    push(item) {
      const slowed = pace.ms > 0 || pace.bytesPerSecond > 0 || queue.length > 0
      if (!slowed) return release(item)
      for (const slice of slicesOf(item, pace)) enqueue(slice)
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
