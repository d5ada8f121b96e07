/** Counts beside the components: what counts must not make them render. */
export interface Tally {
  count(): void
  restart(): void
  subscribe(listener: () => void): () => void
  getSnapshot(): number
}

export function createTally(): Tally {
  const listeners = new Set<() => void>()
  let total = 0
  const set = (next: number): void => {
    total = next
    for (const listener of listeners) listener()
  }
  return {
    count: () => set(total + 1),
    restart: () => set(0),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => total,
  }
}
