/** Bytes, or a function to call when everything before it has been written. */
type Item = Buffer | (() => void)

export interface Pace {
  /** How long each chunk is delayed. 0 for no delay. */
  readonly ms: number
  /** 0 for no limit. */
  readonly bytesPerSecond: number
}

export interface DelayQueue {
  /** Changes the pace for the items that follow. */
  slow(pace: Partial<Pace>): void
  push(item: Item): void
  /** The number of queued bytes. */
  readonly pendingBytes: number
  /** Discards the queued items. */
  stop(): void
}

/** More slices would be steadier, but cost more. */
const SLICES_PER_SECOND = 20

const lengthOf = (item: Item): number => (typeof item === 'function' ? 0 : item.length)

function slicesOf(item: Item, { bytesPerSecond }: Pace): readonly Item[] {
  if (typeof item === 'function' || bytesPerSecond === 0) return [item]
  const size = Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND))
  return Array.from({ length: Math.ceil(item.length / size) }, (_, index) =>
    item.subarray(index * size, (index + 1) * size),
  )
}

/** Creates a queue that delays bytes and keeps their order. Without a delay or a limit it writes them at once. */
export function createDelayQueue(write: (bytes: Buffer) => void, drained: () => void): DelayQueue {
  const queue: { readonly item: Item; readonly due: number }[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let pace: Pace = { ms: 0, bytesPerSecond: 0 }
  let lastDue = 0
  let pendingBytes = 0

  const release = (item: Item): void => (typeof item === 'function' ? item() : write(item))

  function flush(): void {
    timer = undefined
    const now = performance.now()
    for (let next = queue[0]; next !== undefined && next.due <= now; next = queue[0]) {
      queue.shift()
      pendingBytes -= lengthOf(next.item)
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
    // Never before earlier items, even when the pace has changed in between.
    lastDue = Math.max(lastDue, performance.now() + ms) + takes
    pendingBytes += lengthOf(item)
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
    get pendingBytes() {
      return pendingBytes
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
      queue.length = 0
      pendingBytes = 0
    },
  }
}
