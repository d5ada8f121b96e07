/** A queue of unsent items, oldest first. */
export interface Outbox<Item> {
  /** The number of items. */
  readonly size: number
  /** The size of all items, in bytes. */
  readonly bytes: number
  /** Adds an item if the limits allow it. `dropped` has the items that were removed for it, or the item itself. */
  add(
    item: Item,
    bytes: number,
    limits: OutboxLimits,
  ): { readonly isQueued: boolean; readonly dropped: readonly Item[] }
  /** Passes items to `send` in order and removes them, until `send` returns false. */
  drain(send: (item: Item) => boolean): void
  /** Removes and returns all items. */
  clear(): Item[]
}

/** The limits of the queue of unsent messages. */
export interface OutboxLimits {
  /** The maximum number of messages. */
  readonly messages: number
  /** The maximum size of all messages together, in bytes of their encoded form. */
  readonly bytes: number
  /** What happens if the queue is full: drop the oldest message, drop the new one, or let `send` throw. */
  readonly overflow: 'drop-oldest' | 'drop-newest' | 'reject'
}

/** Creates an empty queue. */
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
      // An item larger than the limit removes no others, because it could not be queued anyway.
      const mayFit = bytes <= limits.bytes && limits.messages > 0
      while (mayFit && limits.overflow === 'drop-oldest' && isFull()) {
        const first = shiftItem()
        if (first) dropped.push(first.item)
      }
      if (!mayFit || isFull()) return { isQueued: false, dropped: [item] }
      items.push({ item, bytes })
      totalBytes += bytes
      return { isQueued: true, dropped }
    },
    drain(send) {
      let first = items[0]
      while (first && send(first.item)) {
        // `send` may have cleared the queue, because a listener may close the connection.
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
