import type { TransportHandle } from '../connection/transport.ts'

/** A queue of unsent items, oldest first. */
export interface Outbox<Item> {
  /** The number of items. */
  readonly size: number
  /** The size of all items, in bytes. */
  readonly bytes: number
  /** Whether the limits allow to add an item of this size. */
  hasRoom(bytes: number, limits: OutboxLimits): boolean
  /** Adds an item if the limits allow it. `dropped` has the items that were removed for it, or the item itself. */
  add(
    item: Item,
    bytes: number,
    limits: OutboxLimits,
  ): { readonly isQueued: boolean; readonly dropped: readonly Item[] }
  /**
   * Passes items to `send` in order and removes them, until `send` returns false.
   *
   * @param handle the transport over which `send` sends them
   */
  drain(send: (item: Item) => boolean, handle?: TransportHandle): void
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

/** Returns the limits of the option `outbox`, with the defaults. */
export const completeLimits = ({
  messages = 1000,
  bytes = 1_048_576,
  overflow = 'drop-oldest',
}: Partial<OutboxLimits> = {}): OutboxLimits => ({ messages, bytes, overflow })

/** Creates an empty queue. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createOutbox<Item>(): Outbox<Item> {
  let items: ({ readonly item: Item; readonly bytes: number } | undefined)[] = []
  /** The index of the oldest item. `items.shift()` would move all others, for each message of a long queue. */
  let first = 0
  let totalBytes = 0
  const size = () => items.length - first
  const hasRoom = (bytes: number, limits: OutboxLimits) =>
    size() < limits.messages && totalBytes + bytes <= limits.bytes
  const shiftItem = () => {
    const entry = items[first]
    if (!entry) return undefined
    items[first++] = undefined
    totalBytes -= entry.bytes
    // Half of the array is unused: each item is copied once on average.
    if (first * 2 > items.length) {
      items = items.slice(first)
      first = 0
    }
    return entry
  }
  return {
    get size() {
      return size()
    },
    get bytes() {
      return totalBytes
    },
    hasRoom,
    add(item, bytes, limits) {
      const dropped: Item[] = []
      // An item larger than the limit removes no others, because it could not be queued anyway.
      const mayFit = bytes <= limits.bytes && limits.messages > 0
      while (mayFit && limits.overflow === 'drop-oldest' && !hasRoom(bytes, limits)) {
        const oldest = shiftItem()
        if (oldest) dropped.push(oldest.item)
      }
      if (!mayFit || !hasRoom(bytes, limits)) return { isQueued: false, dropped: [item] }
      items.push({ item, bytes })
      totalBytes += bytes
      return { isQueued: true, dropped }
    },
    drain(send) {
      let oldest = items[first]
      while (oldest && send(oldest.item)) {
        // `send` may have cleared the queue, because a listener may close the connection.
        if (items[first] === oldest) shiftItem()
        oldest = items[first]
      }
    },
    clear() {
      const all = items.flatMap((entry) => (entry ? [entry.item] : []))
      items = []
      first = totalBytes = 0
      return all
    },
  }
}
