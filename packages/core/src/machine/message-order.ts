/** The most IDs that are stored while two transports run. Above it, the transport that is behind has to be closed. */
export const MAX_STORED_IDS = 10_000

/**
 * Delivers each message once, in order, while transports of one log are switched. Each transport receives, in order and
 * without gaps, what follows the cursor with which it was started. So of two transports, the first arrival of each ID is
 * in order, and the second one is dropped.
 *
 * Call `closed` of a transport before `started` of the one that replaces it.
 */
export interface MessageOrder {
  /** The ID of the last message that was delivered to the listeners. The next connect attempt starts from it. */
  readonly cursor: string | undefined
  /**
   * The ID of the last message that was accepted. It is ahead of the cursor while listeners are busy. A transport that is
   * started during a connect attempt starts from it.
   */
  readonly position: string | undefined
  /** Adds a transport, and returns the cursor that it has to send. */
  started(start: number, from: 'cursor' | 'position'): string | undefined
  closed(start: number): void
  /** Tests whether another transport has brought this message. Call it once for each message that arrives. */
  isRepeated(start: number, id: string | undefined): boolean
  /** Moves the position to a message that was not repeated, and is going to be delivered. */
  accept(id: string | undefined): void
  /** Moves the cursor to a message that was delivered. */
  delivered(id: string | undefined): void
  /** The ID of the last message that this transport has brought, with which a poll continues. */
  cursorOf(start: number): string | undefined
  /** The number of the transport that is behind, if more than `MAX_STORED_IDS` are stored because of it. */
  behind(): number | undefined
}

interface Progress {
  cursor: string | undefined
  /** The ordinal number of its last message. */
  ordinal: number
}

/** @param initialCursor where the first transport starts; undefined: where the server starts */
export function createMessageOrder(initialCursor: string | undefined): MessageOrder {
  let cursor = initialCursor
  let position = initialCursor
  /** The IDs accepted since the second transport was started, with their ordinal numbers. */
  const ids = new Map<string, number>()
  const running = new Map<number, Progress>()
  let accepted = 0

  return {
    get cursor() {
      return cursor
    },
    get position() {
      return position
    },
    started(start, from) {
      if (from === 'cursor') position = cursor
      // No other transport can bring what was accepted before.
      if (running.size === 0) ids.clear()
      running.set(start, { cursor: position, ordinal: accepted })
      return position
    },
    closed(start) {
      running.delete(start)
    },
    isRepeated(start, id) {
      if (id === undefined) return false
      const ordinal = ids.get(id)
      const progress = running.get(start)
      if (progress) {
        progress.cursor = id
        progress.ordinal = ordinal ?? accepted + 1
      }
      return ordinal !== undefined
    },
    accept(id) {
      if (id === undefined) return
      accepted++
      position = id
      if (running.size > 1) ids.set(id, accepted)
      // The only transport has brought a message that no other one brought, so it repeats none from here on.
      else ids.clear()
    },
    delivered(id) {
      cursor = id ?? cursor
    },
    cursorOf: (start) => running.get(start)?.cursor,
    behind() {
      if (ids.size <= MAX_STORED_IDS) return undefined
      const [last] = [...running].sort(([, one], [, other]) => one.ordinal - other.ordinal)
      return running.size > 1 ? last?.[0] : undefined
    },
  }
}
