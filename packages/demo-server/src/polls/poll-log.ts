export interface PollMessage {
  /** The number of the message, from 1, without gaps. */
  readonly seq: number
  readonly text: string
  /** When it was published, in ms since 1970. */
  readonly at: number
  /** The second of its publication, and its number among the messages of that second, from 0. */
  readonly second: number
  readonly tag: number
}

/** A log of messages. All dialects read the same log of a name. */
export interface PollLog {
  /** The number of the latest message; 0 while there is none. */
  readonly published: number
  /** The latest messages, oldest first. */
  readonly stored: readonly PollMessage[]
  /** The number of held requests. */
  readonly waiting: number
  /** Adds all texts, then notifies the listeners. Returns the number of the last message. */
  publish(texts: readonly string[]): number
  /** The messages after this number that are still stored. */
  after(seq: number, limit: number): readonly PollMessage[]
  /** Subscribes to new messages. Returns a function that unsubscribes. */
  listen(listener: () => void): () => void
}

export const MAX_STORED_MESSAGES = 10_000
/** The longest message, in UTF-16 units. */
export const MAX_TEXT = 64 * 1024
/** All stored messages of a log together, in UTF-16 units. */
const MAX_STORED_TEXT = 16 * 1024 * 1024

export function createPollLog(): PollLog {
  const stored: PollMessage[] = []
  const listeners = new Set<() => void>()
  let published = 0
  let size = 0

  function add(text: string, at: number): void {
    const before = stored.at(-1)
    // The validators of messages must never decrease, even when the clock goes back.
    const second = Math.max(Math.floor(at / 1_000), before?.second ?? 0)
    const tag = before?.second === second ? before.tag + 1 : 0
    published += 1
    size += text.length
    stored.push({ seq: published, text, at, second, tag })
  }

  function trim(): void {
    let excess = Math.max(0, stored.length - MAX_STORED_MESSAGES)
    let left = stored.slice(0, excess).reduce((sum, { text }) => sum - text.length, size)
    // At least one message stays, because the next one continues its second and its tag.
    for (; left > MAX_STORED_TEXT && excess < stored.length - 1; excess += 1)
      left -= stored[excess]?.text.length ?? 0
    stored.splice(0, excess)
    size = left
  }

  return {
    get published() {
      return published
    },
    stored,
    get waiting() {
      return listeners.size
    },
    publish(texts) {
      const at = Date.now()
      for (const text of texts) add(text, at)
      trim()
      for (const listener of listeners) listener()
      return published
    },
    after(seq, limit) {
      const [oldest] = stored
      const begin = oldest === undefined ? 0 : Math.max(0, seq + 1 - oldest.seq)
      return stored.slice(begin, begin + limit)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
