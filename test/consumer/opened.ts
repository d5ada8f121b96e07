// Replaces the page's globals, before Tautline is imported, with a WebSocket and a fetch that count their calls.

export const globalsBefore = Object.getOwnPropertyNames(globalThis)

/** The number of opened sockets and sent requests. */
export const opened = { count: 0 }

globalThis.fetch = () => {
  opened.count++
  return new Promise(() => {})
}

globalThis.WebSocket = class extends EventTarget {
  constructor() {
    super()
    opened.count++
  }
} as unknown as typeof WebSocket

export function expect(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${a} where ${b} was expected`)
}
