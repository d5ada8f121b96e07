// What the page's own globals were before anything of Tautline was imported, and a WebSocket and a fetch that count.

export const globalsBefore = Object.getOwnPropertyNames(globalThis)

/** How many sockets were opened, and requests made. */
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
