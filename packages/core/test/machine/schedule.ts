/** Calls functions in the order of their virtual times, and those of the same time in the order of their registration. */
export interface Schedule {
  now(): number
  /** Registers a call after a delay, in ms, and returns what cancels it. */
  at(delayMs: number, call: () => void): () => void
  /** Runs everything that is due until this time. */
  run(until: number): void
}

interface Entry {
  readonly time: number
  call: (() => void) | undefined
}

export function createSchedule(): Schedule {
  /** The latest one first, so that the next one is removed from the end. */
  const entries: Entry[] = []
  let time = 0

  return {
    now: () => time,
    at(delayMs, call) {
      const entry: Entry = { time: time + delayMs, call }
      let [low, high] = [0, entries.length]
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((entries[middle]?.time ?? 0) > entry.time) low = middle + 1
        else high = middle
      }
      entries.splice(low, 0, entry)
      return () => {
        entry.call = undefined
      }
    },
    run(until) {
      for (let next = entries.at(-1); next && next.time <= until; next = entries.at(-1)) {
        entries.pop()
        time = next.time
        next.call?.()
      }
      time = until
    },
  }
}
