import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

// The collector is available in a context that is created after the flag has been set, in any process.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Collects garbage, and returns the number of bytes in use. Waits a task, so that what was just released is collected too. */
export async function usedHeap(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
  return process.memoryUsage().heapUsed
}
