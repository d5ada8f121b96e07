/** A value that lives outside the components, for `useSyncExternalStore` and, in Vue, `useStore`. */
export interface Store<Value> {
  subscribe(listener: () => void): () => void
  getSnapshot(): Value
}

export interface WritableStore<Value> extends Store<Value> {
  /** Replaces the value, or computes it from the current one, and notifies the subscribers. */
  set(next: Value | ((current: Value) => Value)): void
}

export function createStore<Value extends object | number | boolean>(initial: Value): WritableStore<Value> {
  const listeners = new Set<() => void>()
  let value = initial
  return {
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => value,
    set(next) {
      value = typeof next === 'function' ? next(value) : next
      for (const listener of listeners) listener()
    },
  }
}
