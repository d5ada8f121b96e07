/** What waits, oldest first, and how much of it. */
export interface Outbox<Item> {
  readonly size: number
  readonly bytes: number
  /** Takes an item in if it can; `dropped` is what had to go: older ones, or the item itself. */
  add(
    item: Item,
    bytes: number,
    limits: OutboxLimits,
  ): { readonly kept: boolean; readonly dropped: readonly Item[] }
  /** Hands items to `send`, in order, until it says false; that one stays first. */
  drain(send: (item: Item) => boolean): void
  /** Empties it and returns what was in it. */
  clear(): Item[]
}

/** The bounds of what may wait while the line is not open. */
export interface OutboxLimits {
  /** At most so many messages. */
  readonly messages: number
  /** At most so many bytes, as they would be sent. */
  readonly bytes: number
  /** What gives way when it is full: the oldest, the newest, or the caller of `send` by an error. */
  readonly overflow: 'drop-oldest' | 'drop-newest' | 'reject'
}

/** A bounded queue: first in, first out. */
export function createOutbox<Item>(): Outbox<Item> {
  let items: { readonly item: Item; readonly bytes: number }[] = []
  let totalBytes = 0
  const shiftItem = () => {
    const first = items.shift()
    totalBytes -= first?.bytes ?? 0
    return first
  }
  return {
    get size() {
      return items.length
    },
    get bytes() {
      return totalBytes
    },
    add(item, bytes, limits) {
      const dropped: Item[] = []
      const isFull = () => items.length >= limits.messages || totalBytes + bytes > limits.bytes
      // An item that is larger than the whole box pushes nothing out: it could not be kept anyway.
      const mayFit = bytes <= limits.bytes && limits.messages > 0
      while (mayFit && limits.overflow === 'drop-oldest' && isFull()) {
        const first = shiftItem()
        if (first) dropped.push(first.item)
      }
      if (!mayFit || isFull()) return { kept: false, dropped: [item] }
      items.push({ item, bytes })
      totalBytes += bytes
      return { kept: true, dropped }
    },
    drain(send) {
      let first = items[0]
      while (first && send(first.item)) {
        // `send` may have cleared the box: a listener closed the line.
        if (items[0] === first) shiftItem()
        first = items[0]
      }
    },
    clear() {
      const all = items
      items = []
      totalBytes = 0
      return all.map(({ item }) => item)
    },
  }
}
