import { headlineOf } from './headlines.ts'

export interface NewsItem {
  readonly seq: number
  /** When it was published, in ms since 1970. */
  readonly at: number
  readonly headline: string
}

/** The items of an endless log. */
export interface NewsItems {
  /** The number of the latest item. The first one is 1. */
  readonly published: number
  add(at: number, headline?: string): NewsItem
  item(seq: number): NewsItem
  /** Makes the log at least this long. A client may resume from a number that an earlier server process has sent. */
  reach(seq: number): void
}

/** Older items are not stored. Their headline follows from their number. */
export const MAX_STORED_ITEMS = 5_000

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
      // Items are removed in blocks, because moving the whole list for every item is slow.
      if (items.length >= MAX_STORED_ITEMS * 2) items = items.slice(-MAX_STORED_ITEMS)
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
