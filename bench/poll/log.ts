/** The size of every message, in bytes. */
export const SIZE = 100

/** The time of the machine in ms, more precise than `Date.now()`. A page on the same machine can compare it with its own. */
export const now = (): number => performance.timeOrigin + performance.now()

/** A message: its number, and when it was published. Its padding is left out. */
export interface Message {
  readonly n: number
  readonly at: number
}

/** Builds a message as JSON, padded to the size. */
export function messageOf(n: number, at: number): string {
  const bare = JSON.stringify({ n, at, text: '' })
  return `${bare.slice(0, -2)}${'.'.repeat(SIZE - bare.length)}"}`
}

/** A list of messages, numbered from 1, with listeners. */
export interface Log {
  readonly size: number
  /** The messages after this number. */
  after(number: number): readonly string[]
  publish(): void
  /** Subscribes to new messages. Returns a function that unsubscribes. */
  listen(listener: () => void): () => void
}

export function createLog(): Log {
  const messages: string[] = []
  const listeners = new Set<() => void>()
  return {
    get size() {
      return messages.length
    },
    after: (number) => messages.slice(number),
    publish() {
      messages.push(messageOf(messages.length + 1, now()))
      for (const listener of listeners) listener()
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
