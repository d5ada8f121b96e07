import { headlineOf } from './headlines.ts'

export interface NewsItem {
  readonly seq: number
  /** When it was published, in ms since 1970. */
  readonly at: number
  readonly headline: string
}

/** The items of an endless log. */
export interface NewsItems {
  /** The number of the latest item; the first one is 1. */
  readonly published: number
  add(at: number, headline?: string): NewsItem
  item(seq: number): NewsItem
  /** Somebody has read up to here, of this server or of one that went before: the log is at least as long. */
  reach(seq: number): void
}

/** Of older ones only the number is known, and the headline that belongs to it. */
export const KEPT_ITEMS = 5_000

export function createNewsItems(): NewsItems {
  let items: NewsItem[] = []
  let published = 0

  return {
    get published() {
      return published
    },
    add(at, headline = headlineOf(published + 1)) {
      published += 1
      const item = { seq: published, at, headline }
      items.push(item)
      // In blocks, because moving the whole list for every item would cost more than the item.
      if (items.length >= KEPT_ITEMS * 2) items = items.slice(-KEPT_ITEMS)
      return item
    },
    item(seq) {
      const [oldest] = items
      const known = oldest && items[seq - oldest.seq]
      return known ?? { seq, at: oldest?.at ?? Date.now(), headline: headlineOf(seq) }
    },
    reach(seq) {
      if (seq <= published) return
      items = []
      published = seq
    },
  }
}
