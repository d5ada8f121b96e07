import { watch } from 'vue'

/** Throws errors in a watcher, from where Vue passes them to `onErrorCaptured`. */
export function throwErrors(error: () => unknown): void {
  watch(
    error,
    (thrown) => {
      if (thrown) throw thrown
    },
    { flush: 'sync' },
  )
}
