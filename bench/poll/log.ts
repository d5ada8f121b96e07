/** The size of every message, in bytes. */
export const SIZE = 100

/** By the clock of the machine, in ms, and finer than `Date.now()`: what a page says by the same sum can be compared. */
export const now = (): number => performance.timeOrigin + performance.now()

/** What one message is: its number, when it was published, and filling. */
export interface Message {
  readonly n: number
  readonly at: number
}

/** A message as JSON, filled up to the size. */
export function messageOf(n: number, at: number): string {
  const bare = JSON.stringify({ n, at, text: '' })
  return `${bare.slice(0, -2)}${'.'.repeat(SIZE - bare.length)}"}`
}

/** Messages that are numbered from 1, and those who wait for the next one. */
export interface Log {
  readonly size: number
  /** The messages behind this number. */
  behind(number: number): readonly string[]
  publish(): void
  /** Says that there is something new, until what comes back is called. */
  listen(hear: () => void): () => void
}

export function createLog(): Log {
  const messages: string[] = []
  const listeners = new Set<() => void>()
  return {
    get size() {
      return messages.length
    },
    behind: (number) => messages.slice(number),
    publish() {
      messages.push(messageOf(messages.length + 1, now()))
      for (const hear of listeners) hear()
    },
    listen(hear) {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
  }
}
