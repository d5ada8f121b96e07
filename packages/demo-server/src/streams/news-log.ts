import { createPacer, type Pacer } from '../pacer.ts'
import { createNewsItems, KEPT_ITEMS, type NewsItem, type NewsItems } from './news-items.ts'

/** An endless log that everybody reads from a place of their own. */
export interface NewsLog {
  readonly items: Omit<NewsItems, 'add'>
  readonly live: number
  /** Items a second. */
  readonly rate: number
  setRate(rate: number): void
  /** Adds one by hand. */
  publish(headline: string): NewsItem
  /** Makes up for the time in which nobody listened, and the log stood still. */
  wake(): void
  /** Called whenever there is more; the log grows as long as somebody listens. */
  listen(listener: () => void): () => void
}

/** So much of the time without a reader is made up for, in ms. */
const LONGEST_ABSENCE = 60_000

function makeUpFor(items: NewsItems, leftAt: number, rate: number): void {
  const absence = Math.min(Date.now() - leftAt, LONGEST_ABSENCE)
  const missed = Math.min(Math.floor((absence * rate) / 1_000), KEPT_ITEMS)
  for (let n = 1; n <= missed; n += 1) items.add(leftAt + Math.floor((n * absence) / missed))
}

function growSteadily(items: NewsItems, rate: number, tell: () => void): Pacer {
  return createPacer({
    rate,
    ready: () => true,
    batch(burst) {
      burst()
      tell()
    },
    emit() {
      items.add(Date.now())
      return true
    },
  })
}

export function createNewsLog(): NewsLog {
  const items = createNewsItems()
  const listeners = new Set<() => void>()
  let rate = 1
  let pacer: Pacer | undefined
  let leftAt: number | undefined

  function tell(): void {
    for (const listener of listeners) listener()
  }

  function leave(listener: () => void): void {
    listeners.delete(listener)
    if (listeners.size > 0) return
    pacer?.stop()
    pacer = undefined
    leftAt = Date.now()
  }

  return {
    items,
    get live() {
      return listeners.size
    },
    get rate() {
      return rate
    },
    setRate(next) {
      rate = next
      pacer?.setRate(next)
    },
    publish(headline) {
      const item = items.add(Date.now(), headline)
      tell()
      return item
    },
    wake() {
      if (leftAt !== undefined) makeUpFor(items, leftAt, rate)
      leftAt = undefined
    },
    listen(listener) {
      listeners.add(listener)
      pacer ??= growSteadily(items, rate, tell)
      return () => leave(listener)
    },
  }
}
