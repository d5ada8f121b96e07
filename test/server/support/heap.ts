import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// The collector is handed to a context that is made after the flag has been set, in whatever process this runs.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Collects what can be collected, and says how many bytes are in use. What was just let go of may need a turn to go. */
export async function usedHeap(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
  return process.memoryUsage().heapUsed
}
