import type { Environment } from '@tautline/core'
import { useFetch } from '@tautline/vue'
import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { createResumable, partOptions, sendParts } from './resumable.ts'

/** Sends the file in parts, in Vue. Pause, a lost network and a later resume cost one part at most. */
export function useResumableUpload(file: File, server: string, environment: Partial<Environment>) {
  const { begin, offsetOf } = createResumable(`${server}/files`, { environment })
  const offset = ref(0)
  const error = shallowRef<Error>()
  const isRunning = ref(false)
  const upload: { url?: string } = {}
  const stopper = { current: new AbortController() }
  const { progress, isFetching, execute } = useFetch(null, partOptions)

  async function start(): Promise<void> {
    const { signal } = (stopper.current = new AbortController())
    isRunning.value = true
    error.value = undefined
    try {
      upload.url ??= await begin(file, signal)
      const onOffset = (next: number): void => void (offset.value = next)
      await sendParts(file, upload.url, signal, { offsetOf, sendPart: execute, onOffset })
    } catch (thrown) {
      if (!signal.aborted) error.value = thrown as Error // a TautlineError
    }
    isRunning.value = false
  }
  const pause = (): void => stopper.current.abort()
  onScopeDispose(pause) // a write continues after its component
  // `progress` is that of the part. Between two parts it still has the numbers of the last one.
  const sent = computed(() => offset.value + (isFetching.value ? progress.value.sent : 0))
  return { sent, isRunning, error, start, pause }
}
