export interface PollMessage {
  /** From 1 on, without a gap. */
  readonly seq: number
  readonly text: string
  /** When it was published, in ms since 1970. */
  readonly at: number
  /** The second of its publication, and its place among the messages of that second, from 0. */
  readonly second: number
  readonly tag: number
}

/** What all dialects of a name read from. */
export interface PollLog {
  /** The number of the latest message; 0 while there is none. */
  readonly published: number
  /** The latest messages, oldest first. */
  readonly kept: readonly PollMessage[]
  /** How many held requests wait for more. */
  readonly waiting: number
  /** Adds them all before anybody is told; says the number of the last one. */
  publish(texts: readonly string[]): number
  /** Those behind this number; what is not kept any more is left out. */
  after(seq: number, limit: number): readonly PollMessage[]
  /** Called whenever there is more. */
  listen(listener: () => void): () => void
}

export const KEPT_MESSAGES = 10_000
/** Of one message, in UTF-16 units. */
export const MAX_TEXT = 64 * 1024
/** Of all that a log keeps, in UTF-16 units. */
const KEPT_TEXT = 16 * 1024 * 1024

export function createPollLog(): PollLog {
  const kept: PollMessage[] = []
  const listeners = new Set<() => void>()
  let published = 0
  let size = 0

  function add(text: string, at: number): void {
    const before = kept.at(-1)
    // The clock of a machine may go back, the validators of a message must not.
    const second = Math.max(Math.floor(at / 1_000), before?.second ?? 0)
    const tag = before?.second === second ? before.tag + 1 : 0
    published += 1
    size += text.length
    kept.push({ seq: published, text, at, second, tag })
  }

  function trim(): void {
    let excess = Math.max(0, kept.length - KEPT_MESSAGES)
    let left = kept.slice(0, excess).reduce((sum, { text }) => sum - text.length, size)
    // One at least stays: the next message takes its second and its tag from it.
    for (; left > KEPT_TEXT && excess < kept.length - 1; excess += 1) left -= kept[excess]?.text.length ?? 0
    kept.splice(0, excess)
    size = left
  }

  return {
    get published() {
      return published
    },
    kept,
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
      const [oldest] = kept
      const begin = oldest === undefined ? 0 : Math.max(0, seq + 1 - oldest.seq)
      return kept.slice(begin, begin + limit)
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
