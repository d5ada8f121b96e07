import { type ShallowRef, onScopeDispose, shallowRef } from 'vue'
import type { Store } from './store.ts'

/** The value of a store as a Vue ref. */
export function useStore<Value>(store: Store<Value>): Readonly<ShallowRef<Value>> {
  const value = shallowRef(store.getSnapshot())
  onScopeDispose(store.subscribe(() => void (value.value = store.getSnapshot())))
  return value
}
