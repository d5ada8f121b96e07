/** A log in memory. It ends with the process: yours is a database, or a service such as Redis. */
export interface Item {
  readonly seq: number
  readonly text: string
}

const items: Item[] = []
const keys = new Set<string>()
const listeners = new Set<(item: Item) => void>()

/** The items with a higher number, in order. */
export const itemsAfter = (seq: number): readonly Item[] => items.filter((item) => item.seq > seq)

/** Calls the listener for each new item. Returns what removes the listener. */
export function onItem(listener: (item: Item) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Stores what a client sends, as an item with the next number. Ignores a key that was stored before. */
export function store(text: string, key?: string): void {
  if (key !== undefined && keys.has(key)) return
  if (key !== undefined) keys.add(key)
  const item = { seq: items.length + 1, text }
  items.push(item)
  listeners.forEach((listener) => listener(item))
}
