import { type LiveMessage } from './live-types.ts'

/** A log of numbered messages. All transports read the same log of a name. */
export interface LiveLog {
  /** The number of the latest message; 0 while there is none. */
  readonly published: number
  /** The number of the oldest stored message; the next number while there is none. */
  readonly oldest: number
  /** Adds a message. With a known key it adds nothing, and returns the earlier message. */
  append(text: string, key?: string): { readonly message: LiveMessage; readonly isNew: boolean }
  /** The messages after a number. After an unknown number: from the oldest one on. */
  after(seq: number, limit: number): readonly LiveMessage[]
  /** Removes the oldest messages, until only this number of them is stored. */
  forget(keep: number): void
  /** Removes everything, also the keys. The next message has the number 1. */
  restart(): void
  /** Subscribes to new messages. Returns a function that unsubscribes. */
  listen(listener: () => void): () => void
}

const MAX_STORED = 20_000

export function createLiveLog(): LiveLog {
  let stored: LiveMessage[] = []
  let published = 0
  const byKey = new Map<string, LiveMessage>()
  const listeners = new Set<() => void>()
  const oldest = (): number => published - stored.length + 1

  function rememberKey(key: string, message: LiveMessage): void {
    const [first] = byKey.keys()
    if (first !== undefined && byKey.size >= MAX_STORED) byKey.delete(first)
    byKey.set(key, message)
  }

  return {
    get published() {
      return published
    },
    get oldest() {
      return oldest()
    },
    append(text, key) {
      const known = key === undefined ? undefined : byKey.get(key)
      if (known !== undefined) return { message: known, isNew: false }
      const message = { seq: (published += 1), at: Date.now(), text, ...(key !== undefined && { key }) }
      stored.push(message)
      if (stored.length > MAX_STORED) stored.shift()
      if (key !== undefined) rememberKey(key, message)
      for (const listener of listeners) listener()
      return { message, isNew: true }
    },
    after(seq, limit) {
      const isKnown = seq <= published && seq >= oldest() - 1
      const begin = isKnown ? seq + 1 - oldest() : 0
      return stored.slice(begin, begin + limit)
    },
    forget: (keep) => void (stored = keep === 0 ? [] : stored.slice(-keep)),
    restart() {
      stored = []
      published = 0
      byKey.clear()
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
