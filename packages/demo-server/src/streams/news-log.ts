import { createPacer, type Pacer } from '../pacer.ts'
import { createNewsItems, MAX_STORED_ITEMS, type NewsItem, type NewsItems } from './news-items.ts'

/** An endless log. Each reader has its own position. */
export interface NewsLog {
  readonly items: Omit<NewsItems, 'add'>
  readonly live: number
  /** Items a second. */
  readonly rate: number
  setRate(rate: number): void
  /** Adds one item. */
  publish(headline: string): NewsItem
  /** Adds the items for the time without a listener, in which the log did not grow. */
  catchUp(): void
  /** Subscribes to new items. The log grows while it has a listener. Returns a function that unsubscribes. */
  listen(listener: () => void): () => void
}

/** For a longer time without a listener no further items are added. */
const MAX_ABSENCE_MS = 60_000

function addMissedItems(items: NewsItems, leftAt: number, rate: number): void {
  const absence = Math.min(Date.now() - leftAt, MAX_ABSENCE_MS)
  const missed = Math.min(Math.floor((absence * rate) / 1_000), MAX_STORED_ITEMS)
  for (let n = 1; n <= missed; n += 1) items.add(leftAt + Math.floor((n * absence) / missed))
}

function startGrowing(items: NewsItems, rate: number, notify: () => void): Pacer {
  return createPacer({
    rate,
    ready: () => true,
    batch(burst) {
      burst()
      notify()
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

  function notify(): void {
    for (const listener of listeners) listener()
  }

  function unsubscribe(listener: () => void): void {
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
      notify()
      return item
    },
    catchUp() {
      if (leftAt !== undefined) addMissedItems(items, leftAt, rate)
      leftAt = undefined
    },
    listen(listener) {
      listeners.add(listener)
      pacer ??= startGrowing(items, rate, notify)
      return () => unsubscribe(listener)
    },
  }
}
