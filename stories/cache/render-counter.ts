import { type Store, createStore } from '../ui/store.ts'

/** Counts the renders of the cards, outside of them, so that the count does not render them. */
export interface RenderCounter extends Store<number> {
  count(): void
  reset(): void
}

export function createRenderCounter(): RenderCounter {
  const { set, subscribe, getSnapshot } = createStore<number>(0)
  return { count: () => set((total) => total + 1), reset: () => set(0), subscribe, getSnapshot }
}
